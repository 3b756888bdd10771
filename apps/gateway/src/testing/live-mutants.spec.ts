import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveMutants } from './live-mutants.js';
import { liveRules, storiesOf, tell } from './live-rules.js';

const clock = { advance: async (ms: number) => void (await vi.advanceTimersByTimeAsync(ms)) };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the rules reject a session that', () => {
  it.each(liveMutants)(
    '$subject.name',
    { timeout: 120_000 },
    async ({ rule, subject, because }) => {
      const stories = fc.sample(storiesOf(rule), { numRuns: 300, seed: 7 });
      const faults: string[] = [];
      for (const story of stories) {
        const fault = await tell(rule, { subject, story, clock });
        if (fault) faults.push(fault);
        if (fault && because.test(fault)) break;
      }
      expect(faults.at(-1) ?? 'nothing was wrong').toMatch(because);
    },
  );

  it('breaks each of them', () => {
    const broken = new Set(liveMutants.map(({ rule }) => rule));
    expect(liveRules.filter((rule) => !broken.has(rule))).toEqual([]);
  });
});
