import { describe, expect, it } from 'vitest';
import { soundEvidence } from '../verdict/testing/sound-evidence.js';
import { EarlyLook } from './early-look.js';

/** The first event of an order is gone. */
function lossy() {
  const stores = soundEvidence();
  stores.outboxes.order.shift();
  return stores;
}

describe('EarlyLook', () => {
  /** Looks that take `tookMs` each and see these stores one after the other; the last one again and again. */
  function lookAt(seen: readonly (() => ReturnType<typeof soundEvidence>)[], tookMs = 10) {
    let looks = 0;
    let clockMs = 0;
    const early = new EarlyLook({
      mesh: { databases: {} as never, appended: undefined },
      signal: new AbortController().signal,
      now: () => clockMs,
      pause: async () => undefined,
      read: async () => {
        clockMs += tookMs;
        return seen[Math.min(looks++, seen.length - 1)]!();
      },
    });
    return {
      findings: async () => (await early.findings()).map(({ kind, key }) => `${kind} ${key}`),
      looks: () => looks,
      pass: (ms: number) => void (clockMs += ms),
    };
  }

  it('given what is there at two looks, then tells it', async () => {
    expect(await lookAt([lossy]).findings()).toContain('lost stands');
  });

  it('given what is gone at the second look, then it was on its way', async () => {
    expect(await lookAt([lossy, soundEvidence]).findings()).toEqual([]);
  });

  it('given a server that is away, then finds nothing', async () => {
    const away = () => {
      throw new Error('ECONNREFUSED');
    };
    expect(await lookAt([away]).findings()).toEqual([]);
  });

  it('given looks that take long, then looks seldom', async () => {
    const { findings, looks, pass } = lookAt([soundEvidence], 100);
    await findings();
    pass(1_999);
    await findings();
    expect(looks()).toBe(1);
    pass(1);
    await findings();
    expect(looks()).toBe(2);
  });

  it('given looks that take very long, then still looks after a quarter of a minute', async () => {
    const { findings, looks, pass } = lookAt([soundEvidence], 10_000);
    await findings();
    pass(15_000);
    await findings();
    expect(looks()).toBe(2);
  });
});
