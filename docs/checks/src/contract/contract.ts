import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { allServices } from '@mesh/tools/services';
import { readDocuments } from './documents.js';

/** What others rely on: by kind, each thing with a word that changes when it does. */
export type Contract = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Words for people: what they say may change. */
const wording = new Set(['description', 'summary', 'title', 'example', 'examples']);

/** Of the code as it is. */
export async function readContract(): Promise<Contract> {
  const { openApi, asyncApi } = await readDocuments();
  const operations = Object.entries(openApi.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
  return {
    'npm scripts': sorted(Object.keys(scriptsOf()).map((name) => [name, 'there'])),
    'endpoints.json': sorted(
      allServices().map(({ name, grpc, http }) => [
        name,
        [grpc && 'grpc', http && 'http', 'management'].filter(Boolean).join(' '),
      ]),
    ),
    'operations of openapi.json': digests(operations),
    'schemas of openapi.json': digests(Object.entries(openApi.components.schemas)),
    'channels of asyncapi.json': digests(Object.entries(asyncApi.channels)),
    'messages of asyncapi.json': digests(Object.entries(asyncApi.components.messages)),
    protos: sorted(
      globSync('proto/**/*.proto', { cwd: root }).map((path) => [
        path.replaceAll('\\', '/'),
        digest(withoutComments(readFileSync(join(root, path), 'utf8'))),
      ]),
    ),
  };
}

/** The layout of a proto and its comments are free. */
export function withoutComments(proto: string): string {
  const tokens = proto.replaceAll(/("(?:[^"\\]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '$1 ');
  return tokens.replaceAll(/\s+/g, ' ').trim();
}

/** The same however its keys are ordered and its words are put. */
export function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(plain(value)))
    .digest('hex')
    .slice(0, 12);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    // A property may be called as a word for people is.
    ([key, inner]) =>
      !(wording.has(key) && (typeof inner === 'string' || key.startsWith('example'))),
  );
  return sorted(entries.map(([key, inner]) => [key, plain(inner)]));
}

function digests(all: readonly (readonly [string, unknown])[]): Record<string, string> {
  return sorted(all.map(([name, value]) => [name, digest(value)]));
}

function sorted<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function scriptsOf(): Record<string, string> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return scripts;
}
