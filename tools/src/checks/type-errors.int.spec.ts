import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { typeErrors } from './type-errors.js';

/** The smallest library that there is, so that a check is quick. */
const small = { strict: true, noEmit: true, types: [], lib: ['es5'], skipLibCheck: true };

describe('typeErrors', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const write = (file: string, text: string) => {
    const path = join(folder.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const project = (path: string, code: string, options: object = {}, target = 'typecheck') => {
    write(`${path}/project.json`, JSON.stringify({ name: path, targets: { [target]: {} } }));
    const compilerOptions = { ...small, ...options };
    write(`${path}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['src'] }));
    write(`${path}/src/main.ts`, code);
  };
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  const wrong = `export const count: number = 'one';`;
  const told = `src/main.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.`;

  it('given projects without a wrong type, then says nothing', () => {
    project('tools', 'export const one = 1;');
    project('apps/order', `export { one } from '../../../tools/src/main.js';`);
    expect(typeErrors(folder.path)).toBe('');
  });

  it('given one in each of three projects, two of the same options, then tells each once', () => {
    project('tools', wrong);
    project('apps/order', wrong);
    project('libs/outbox', wrong, { noImplicitReturns: true });
    expect(typeErrors(folder.path).split('\n')).toEqual([
      `apps/order/${told}`,
      `libs/outbox/${told}`,
      `tools/${told}`,
    ]);
  });

  it('given options of its own, then a project is checked by these', () => {
    const code = `export const first: string = ['a'][0];`;
    project('apps/order', code);
    project('apps/web', code, { noUncheckedIndexedAccess: true });
    expect(typeErrors(folder.path)).toMatch(
      /^apps\/web\/[^\n]* 'string \| undefined'[^\n]*\n[^\n]*$/,
    );
  });

  it('given a tsconfig.json that is wrong, then names it', () => {
    project('tools', 'export {};', { target: 'es1' });
    expect(() => typeErrors(folder.path)).toThrow(/tools\/tsconfig\.json: Argument for '--target'/);
  });

  it('given no project to check, then says so rather than nothing', () => {
    project('tools', 'export {};', {}, 'build');
    expect(() => typeErrors(folder.path)).toThrow('has a target typecheck');
  });
});
