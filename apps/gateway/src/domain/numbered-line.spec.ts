import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberedLine } from './numbered-line.js';

function line(options: { after: number; held?: boolean; capacity?: number }) {
  const handed: number[] = [];
  return {
    handed,
    line: new NumberedLine<number>({ ...options, handOver: (n) => handed.push(n) }),
  };
}

describe('NumberedLine', () => {
  it('hands over each number once and in order, whatever arrives, as long as all arrive', () => {
    const arrivals = fc
      .tuple(fc.nat(5), fc.integer({ min: 1, max: 40 }))
      .chain(([after, count]) => {
        const numbers = Array.from({ length: count }, (_, index) => after + index + 1);
        return fc.tuple(
          fc.constant({ after, numbers }),
          fc.shuffledSubarray([...numbers, ...numbers, after, after - 1], { minLength: 0 }),
          fc.shuffledSubarray(numbers, { minLength: count }),
        );
      });
    fc.assert(
      fc.property(arrivals, ([{ after, numbers }, some, all]) => {
        const { handed, line: subject } = line({ after });
        for (const number of [...some, ...all, ...some]) subject.offer(number, number);
        expect(handed).toEqual(numbers);
        expect(subject.gap).toBe(false);
      }),
    );
  });

  it('given a missing number, then what follows waits and the gap shows', () => {
    const { handed, line: subject } = line({ after: 1 });
    subject.offer(2, 2);
    subject.offer(4, 4);
    expect([handed, subject.gap, subject.position]).toEqual([[2], true, 2]);
    subject.offer(3, 3);
    expect([handed, subject.gap, subject.position]).toEqual([[2, 3, 4], false, 4]);
  });

  it('given a held line, then nothing is handed over until it opens', () => {
    const { handed, line: subject } = line({ after: 0, held: true });
    subject.offer(1, 1);
    expect([handed, subject.has(1), subject.gap]).toEqual([[], false, false]);
    subject.open();
    expect([handed, subject.has(1)]).toEqual([[1], true]);
  });

  it('given more early items than may wait, then the rest is dropped and the gap stays visible', () => {
    const { handed, line: subject } = line({ after: 0, capacity: 2 });
    for (const number of [2, 3, 4, 5]) subject.offer(number, number);
    subject.offer(1, 1);
    expect([handed, subject.position]).toEqual([[1, 2, 3], 3]);
    subject.offer(5, 5);
    expect(subject.gap).toBe(true);
  });

  it('knows what it handed over, and what it did not', () => {
    const { line: subject } = line({ after: 2 });
    subject.offer(3, 3);
    expect([2, 3, 4].map((number) => subject.has(number))).toEqual([false, true, false]);
    subject.startBefore(0);
    expect(subject.has(1)).toBe(true);
  });
});
