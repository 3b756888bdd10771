import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz, fuzzSettings } from './fuzz.js';

const settings = { seed: 3, cases: 300 };
const cases = fc.nat({ max: 999 });

describe('fuzz', () => {
  it('given the same seed, then makes the same cases', async () => {
    const run = async () => {
      const seen: number[] = [];
      await fuzz({ settings, cases, atOnce: 1, run: async (one) => void seen.push(one) });
      return seen;
    };
    const first = await run();
    expect(first).toHaveLength(300);
    expect(await run()).toEqual(first);
  });

  it('given a case that goes wrong, then names it and the seed', async () => {
    const run = async (one: number) => (one > 500 ? 'too large' : undefined);
    await expect(fuzz({ settings, cases, run })).rejects.toThrow(
      /^Case \d+ of seed 3: too large\n\d{3}$/,
    );
    const thrown = async () => Promise.reject(new Error('lost'));
    await expect(fuzz({ settings, cases, run: thrown })).rejects.toThrow('Error: lost');
  });

  it('given memory that every case keeps, then says so', async () => {
    const kept: unknown[] = [];
    const run = async () => void kept.push(new Array(10_000).fill(kept.length));
    await expect(fuzz({ settings, cases, run })).rejects.toThrow(/^Memory grows: /);
    expect(kept).toHaveLength(300);
  });
});

describe('fuzzSettings', () => {
  it('has few cases unless it is told', () => {
    expect(fuzzSettings({ MESH_TEST_SEED: '7' })).toEqual({ seed: 7, cases: 700 });
    expect(fuzzSettings({ MESH_TEST_SEED: '7', MESH_FUZZ_CASES: '50000' }).cases).toBe(50_000);
  });
});
