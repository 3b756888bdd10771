import fc from 'fast-check';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import type { ConformanceCase } from '@mesh/tools/conformance';
import { liveRules, storiesOf, tell } from './live-rules.js';
import { sound } from './sound-subject.js';

const clock = { advance: async (ms: number) => void (await vi.advanceTimersByTimeAsync(ms)) };
const heavy = process.env['MESH_TEST_SCALE'] === 'heavy';
const seed = Number(process.env['MESH_TEST_SEED'] ?? 1) | 0;

declare module 'vitest' {
  interface TaskMeta {
    conformance?: ConformanceCase;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('live updates', () => {
  for (const rule of liveRules) {
    const conformance = { rule: 35, title: rule.title, transport: 'gateway' };
    const options = { timeout: 900_000, meta: { conformance } };
    it(`rule 35: ${rule.title}`, options, async () => {
      await fc.assert(
        fc.asyncProperty(storiesOf(rule), async (story) => {
          const fault = await tell(rule, { subject: sound, story, clock });
          if (fault) throw new Error(fault);
        }),
        { seed, numRuns: heavy ? 2_000 : 40 },
      );
    });
  }
});
