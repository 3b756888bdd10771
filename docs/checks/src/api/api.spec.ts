import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '@mesh/tools/root';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publicEntries } from './entries.js';
import { apiFindings } from './findings.js';

describe('what the libs of this project export', () => {
  it('is found, of each lib', () => {
    const names = publicEntries(root).map(({ name }) => name.split('/').slice(1).join('/'));
    expect(names).toEqual(
      expect.arrayContaining(['outbox', 'messaging/testing', 'service-kit', 'catalog'].map(ending)),
    );
  });

  it('says what it is, its units, its defaults and its errors', () => {
    expect(apiFindings(root)).toEqual([]);
  });
});

const ending = (name: string) => expect.stringMatching(new RegExp(`(^|/)${name}$`)) as string;

describe('the check of what a lib exports', () => {
  it('follows names to where they are declared, and names what has no docstring', () => {
    const found = findingsOf({
      'index.ts': `export { one as two } from './one.js';\nexport { Gen } from './gen/made.js';`,
      'one.ts': `/** @see https://example.com */\nexport const one = 1;\nexport const unseen = 2;`,
      'gen/made.ts': 'export interface Gen {}',
    });
    expect(found).toEqual(['libs/made-up/src/one.ts: two has no docstring']);
  });

  it('asks for each method that others call, and not for private ones', () => {
    expect(
      findingsOf({
        'index.ts': `/** A list of things. */
          export class Things {
            #hidden() {}
            private inner() {}
            /** Adds one at the end. */
            add(): void {}
            clear(): void {}
          }`,
      }),
    ).toEqual(['libs/made-up/src/index.ts: Things.clear has no docstring']);
  });

  it('asks for a docstring, a default and a unit of each option', () => {
    const found = findingsOf({
      'index.ts': `/** How it is done. */
        export interface DoOptions {
          readonly url: string;
          /** How long. */
          readonly time: number;
          /** How long. */
          readonly timeMs: number;
          /** Rows read at once. @default 5 */
          readonly batch?: number;
          /** Milliseconds. */
          readonly pause?: number;
          /** Bounds. */
          readonly window?: {
            /** Whole number. @default 1 */
            readonly least?: number;
            readonly most?: number;
          };
        }`,
    });
    expect(found.map((line) => line.split(': ')[1])).toEqual([
      'DoOptions.url has no docstring',
      'DoOptions.time has no unit',
      'DoOptions.pause has no @default',
      'DoOptions.window.most has no docstring',
      'DoOptions.window.most has no @default',
      'DoOptions.window.most has no unit',
    ]);
  });

  it('asks for @throws of each class of errors that a function throws itself', () => {
    const found = findingsOf({
      'index.ts': `/** Reads it. @throws ReadError when it is not there */
        export function read(late: boolean): void {
          if (late) throw new LateError();
          const inner = () => { throw new InnerError(); };
          if (inner) throw new ReadError();
          throw new TypeError('a bug of the caller');
        }`,
    });
    expect(found).toEqual(['libs/made-up/src/index.ts: read has no @throws LateError']);
  });

  it('leaves events to the comments over their messages', () => {
    expect(
      findingsOf({ 'index.ts': "export const Done = event('a.b', s, m, (e) => e.id);" }),
    ).toEqual([]);
  });

  it('given a module that exports by *, then refuses it', () => {
    expect(() => findingsOf({ 'index.ts': "export * from './one.js';" })).toThrow(
      'libs/made-up/src/index.ts exports by *: name what it offers',
    );
  });
});

/** Of a lib that is made up of these files in src/. */
function findingsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { path: folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const lib = join(folder, 'libs/made-up');
  const manifest = { name: '@mesh/made-up', exports: { '.': './src/index.ts' } };
  const all = { 'package.json': JSON.stringify(manifest) };
  for (const [path, text] of [...Object.entries(all), ...Object.entries(files).map(inSource)]) {
    mkdirSync(dirname(join(lib, path)), { recursive: true });
    writeFileSync(join(lib, path), text);
  }
  return apiFindings(folder);
}

const inSource = ([path, text]: readonly [string, string]) => [join('src', path), text] as const;
