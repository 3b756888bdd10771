import { EditError } from './edit-typescript.js';

/** Adds an RPC at the end of a service of a proto; nothing happens when it is there. @throws EditError */
export function addRpc(text: string, service: string, name: string, lines: string): string {
  const opened = text.replace(`service ${service} {}`, `service ${service} {\n}`);
  if (opened !== text) return addRpc(opened, service, name, lines);
  const found = new RegExp(String.raw`^service ${service} \{\n([\s\S]*?)^\}`, 'm').exec(text);
  if (!found) throw new EditError(`There is no service ${service}`);
  if (new RegExp(String.raw`\brpc ${name}\(`).test(found[1] ?? '')) return text;
  const end = found.index + found[0].length - 1;
  return `${text.slice(0, end)}${lines.trimEnd()}\n${text.slice(end)}`;
}

/** Adds a message (with the comment above it) at the end; nothing happens when it is there. */
export function addMessage(text: string, name: string, message: string): string {
  return hasMessage(text, name) ? text : `${text.trimEnd()}\n\n${message.trim()}\n`;
}

export function hasMessage(text: string, name: string): boolean {
  return new RegExp(String.raw`^message ${name} \{`, 'm').test(text);
}

/** Adds an import of another proto, in alphabetical order. */
export function addProtoImport(text: string, path: string): string {
  const line = `import "${path}";`;
  if (text.includes(line)) return text;
  const imports = [...text.matchAll(/^import "[^"]+";$/gm)].map(([one]) => one);
  const all = [...imports, line].sort().join('\n');
  if (imports.length === 0) return text.replace(/^(package [^;]+;)$/m, `$1\n\n${all}`);
  const first = text.indexOf(imports[0] as string);
  const last = imports.at(-1) as string;
  return text.slice(0, first) + all + text.slice(text.indexOf(last) + last.length);
}
