import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import ts from 'typescript';
import { titleOf, type Manifest } from './manifest.js';

const file = join(root, 'k8s/checks/manifests.generated.ts');

/** `apps/v1` → `kubernetes-types/apps/v1`; what is a custom resource has no model. */
function moduleOf({ apiVersion }: Manifest): string | undefined {
  const [group = '', version] = apiVersion.includes('/')
    ? apiVersion.split('/')
    : ['core', apiVersion];
  if (group.includes('.') && !group.endsWith('.k8s.io')) return undefined;
  if (group === 'gateway.networking.k8s.io') return undefined;
  return `kubernetes-types/${group.split('.')[0]}/${version}`;
}

/** Whether Kubernetes itself defines objects of that kind. */
export function isCore(manifest: Manifest): boolean {
  return moduleOf(manifest) !== undefined;
}

const judged = new Map<string, readonly string[]>();

/**
 * What is wrong with objects of Kubernetes itself: they are compiled as literals of its types, so that a field
 * that is misspelt, of another type, or missing is found. Nothing is written to disk. What was judged once is
 * not compiled again.
 */
export function typeFaults(manifests: readonly Manifest[]): string[] {
  const core = manifests.filter(isCore).map((manifest) => ({
    title: titleOf(manifest),
    type: `import(${JSON.stringify(moduleOf(manifest))}).${manifest.kind}`,
    literal: JSON.stringify(manifest),
  }));
  const unknown = core.filter(({ literal }) => !judged.has(literal));
  const faults = compile(
    unknown.map(({ type, literal }, at) => `export const object${at}: ${type} = ${literal};`),
  );
  unknown.forEach(({ literal }, line) => {
    judged.set(
      literal,
      faults.filter((fault) => fault.line === line).map(({ message }) => message),
    );
  });
  return core.flatMap(({ title, literal }) =>
    (judged.get(literal) ?? []).map((message) => `${title}: ${message}`),
  );
}

function compile(lines: readonly string[]): { readonly line: number; readonly message: string }[] {
  if (lines.length === 0) return [];
  const text = lines.join('\n');
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, lib: ['lib.es5.d.ts'] },
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.getSourceFile = (name, languageVersion) =>
    name === file ? ts.createSourceFile(name, text, languageVersion) : modelOf(name, host);
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ start = 0, messageText }) => ({
    line: text.slice(0, start).split('\n').length - 1,
    message: innermost(messageText),
  }));
}

const models = new Map<string, ts.SourceFile | undefined>();

/** The models are read once: they take most of the time. */
function modelOf(name: string, { readFile }: ts.CompilerHost): ts.SourceFile | undefined {
  if (!models.has(name)) {
    const text = readFile(name);
    models.set(
      name,
      text === undefined ? undefined : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022),
    );
  }
  return models.get(name);
}

/** Of a chain of reasons, the last one names the field. */
function innermost(message: string | ts.DiagnosticMessageChain): string {
  if (typeof message === 'string') return inOurWords(message);
  const [next] = message.next ?? [];
  return next === undefined ? inOurWords(message.messageText) : innermost(next);
}

function inOurWords(message: string): string {
  const [, field, type] = /'"?(\w+)"?' does not exist in type '(\w+)/.exec(message) ?? [];
  return field === undefined ? message : `${type} has no field ${field}`;
}
