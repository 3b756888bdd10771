const colors: Readonly<Record<string, number>> = { fatal: 31, error: 31, warn: 33, info: 32 };

/** A line of JSON as a person reads it: time, level, service, message, fields; an error's stack below. */
export function readableLine(line: string): string {
  const { level, time, service, msg, err, ...fields } = JSON.parse(line) as ParsedLine;
  const color = colors[level] ?? 90;
  const head = `${time.slice(11, 23)} \x1b[${color}m${level.toUpperCase().padEnd(5)}\x1b[0m ${service}`;
  const rest = Object.entries(fields).map(
    ([name, value]) => ` \x1b[90m${name}=\x1b[0m${text(value)}`,
  );
  const below = err === undefined ? '' : `\n${indented(err.stack ?? text(err))}`;
  return `${head}  ${msg ?? ''}${rest.join('')}${below}\n`;
}

interface ParsedLine {
  readonly level: string;
  readonly time: string;
  readonly service: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
  readonly [field: string]: unknown;
}

const text = (value: unknown): string =>
  typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value);

const indented = (lines: string): string => lines.replace(/^/gm, '    ');
