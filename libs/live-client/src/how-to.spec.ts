import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const documents = [
  'docs/how-to/live-updates.md',
  'docs/how-to/make-it-live.md',
  'libs/live-client/README.md',
];

/** The code of each document that uses the client, by a name for its file. */
function snippets(): Map<string, string> {
  const found = new Map<string, string>();
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    for (const [, code = ''] of text.matchAll(/```ts\n(.*?)```/gs)) {
      if (!code.includes('@mesh/live-client')) continue;
      found.set(join(import.meta.dirname, `snippet-${found.size}.ts`), code);
    }
  }
  return found;
}

/** What the compiler says of them, with the types of a browser and of Node. */
function complaints(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const strict = { ...options, lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'], types: ['node'] };
  const host = ts.createCompilerHost(strict);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const code = files.get(name);
    return code === undefined
      ? getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, code, version);
  };
  const program = ts.createProgram([...files.keys()], strict, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

it('what the documents show of the client compiles', () => {
  const files = snippets();
  expect(files.size).toBeGreaterThanOrEqual(3);
  const wrong = join(import.meta.dirname, 'wrong.ts');
  const [first = ''] = files.values();
  const found = complaints(new Map([...files, [wrong, `${first}\nlive.pursue();`]]));
  expect(found).toEqual([`${wrong}: Property 'pursue' does not exist on type 'LiveClient'.`]);
}, 120_000);
