import { describe, expect, it } from 'vitest';
import { partitionOf } from './partition.js';

describe('partitionOf', () => {
  it('places a key as every other process does, for ever', () => {
    expect(['', 'a', 'order-1', 'Ωmega'].map((key) => partitionOf(key, 16))).toEqual([
      5, 12, 13, 2,
    ]);
  });

  it('spreads keys evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let n = 0; n < 16_000; n++) counts[partitionOf(`key-${n}`, 16)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  it('spreads entries without a key', () => {
    const partitions = Array.from({ length: 200 }, () => partitionOf(null, 4));
    expect(new Set(partitions)).toEqual(new Set([0, 1, 2, 3]));
  });
});
