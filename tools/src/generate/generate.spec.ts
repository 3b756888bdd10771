import { describe, expect, it } from 'vitest';
import { check, write } from './generate.js';
import type { Step } from './steps.js';

function invented(name: string, stale: readonly string[], fault?: string) {
  const written: string[] = [];
  const step: Step = {
    ...{ name, what: name },
    stale: async () => stale,
    write: async () => {
      written.push(name);
      return fault;
    },
  };
  return { step, written };
}

describe('what is made', () => {
  it('given stale files, then they are made, and said', async () => {
    const [fresh, old] = [invented('fresh', []), invented('old', ['a', 'b'])];
    const said: string[] = [];
    expect(await write([fresh.step, old.step], (line) => said.push(line))).toBe(0);
    expect([fresh.written, old.written]).toEqual([[], ['old']]);
    expect(said).toEqual(['old:\n  a\n  b']);
  });

  it('given a step that fails, then says why, and goes no further', async () => {
    const [broken, next] = [invented('broken', ['a'], 'no proto'), invented('next', ['b'])];
    const said: string[] = [];
    expect(await write([broken.step, next.step], (line) => said.push(line))).toBe(1);
    expect(next.written).toEqual([]);
    expect(said).toEqual(['broken failed:\nno proto']);
  });

  it('given a check, then what is stale of all steps is listed, and nothing made', async () => {
    const [one, two] = [invented('one', ['a']), invented('two', ['b'])];
    const said: string[] = [];
    expect(await check([one.step, two.step], (line) => said.push(line))).toBe(1);
    expect([one.written, two.written]).toEqual([[], []]);
    expect(said).toEqual([
      'one, not as it would be made (run: npm run generate):\n  a',
      'two, not as it would be made (run: npm run generate):\n  b',
    ]);
    expect(await check([invented('fresh', []).step], () => {})).toBe(0);
  });
});
