import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { SendQueue } from './live-send-queue.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

interface Message {
  readonly id: string;
  readonly version: number;
  readonly conflated?: true;
  readonly skipped?: number;
}

function queue(limits: { maxBytes?: number; conflateBytes?: number } = {}) {
  const sent: Message[] = [];
  const overflow = vi.fn();
  let stuck = true;
  const made = new SendQueue({
    wire: { send: (_, message) => sent.push(message as Message), waiting: () => (stuck ? 100 : 0) },
    limits: {
      ...{ maxBytes: 10_000, conflateBytes: 0, windowBytes: 100, patienceMs: 1000 },
      ...limits,
    },
    overflow,
  });
  const update = (id: string, version: number) =>
    made.send('order.updated', { id, version }, { id, version });
  const go = () => {
    stuck = false;
    made.pump();
  };
  return { made, sent, overflow, update, go, stop: () => (stuck = true) };
}

describe('a queue of a client that keeps up', () => {
  it('sends at once, and marks nothing', () => {
    const { update, sent, go } = queue();
    go();
    update('a', 1);
    update('a', 2);
    expect(sent).toEqual([
      { id: 'a', version: 1 },
      { id: 'a', version: 2 },
    ]);
  });
});

describe('a queue of a client that is slow', () => {
  it('given little that waits, then all of it is sent later, in order', () => {
    const { update, sent, go } = queue({ conflateBytes: 1000 });
    update('a', 1);
    update('b', 1);
    update('a', 2);
    expect(sent).toEqual([]);
    go();
    expect(sent.map(({ id, version }) => `${id}${version}`)).toEqual(['a1', 'b1', 'a2']);
    expect(sent.some((one) => 'conflated' in one || 'skipped' in one)).toBe(false);
  });

  it('given much that waits, then only the latest state of each, in the place of the last, and it says so', () => {
    const { update, sent, go } = queue();
    for (const [id, version] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['c', 1],
      ['a', 3],
    ] as const)
      update(id, version);
    go();
    expect(sent).toEqual([
      { id: 'b', version: 1, skipped: 1 },
      { id: 'c', version: 1, skipped: 1 },
      { id: 'a', version: 3, conflated: true },
    ]);
  });

  it('given that the mark is passed, then what waits already is conflated too', () => {
    const { made, update, go, sent } = queue({ conflateBytes: 150 });
    for (let version = 1; version <= 10; version += 1) update('a', version);
    expect(made.bytes).toBeLessThan(150);
    go();
    expect(sent).toEqual([{ id: 'a', version: 10, conflated: true, skipped: 9 }]);
  });

  it('given an earlier version that was asked for anew, then it replaces nothing and is not replaced', () => {
    const { update, sent, go } = queue();
    update('a', 5);
    update('a', 1);
    update('a', 6);
    go();
    expect(sent).toEqual([
      { id: 'a', version: 1, skipped: 1 },
      { id: 'a', version: 6, conflated: true },
    ]);
  });

  it('given a message that is no state, then it is neither replaced nor overtaken', () => {
    const { made, update, sent, go } = queue();
    update('a', 1);
    made.send('resync', { id: 'snapshot', version: 0 });
    update('a', 2);
    go();
    expect(sent.map(({ id }) => id)).toEqual(['snapshot', 'a']);
  });

  it('given more than it may hold, then it overflows; given states of the same things, then not', () => {
    const { made, update, overflow } = queue({ maxBytes: 1000 });
    for (let version = 1; version <= 1000; version += 1) update('a', version);
    expect(overflow).not.toHaveBeenCalled();
    for (let order = 0; order < 100 && overflow.mock.calls.length === 0; order += 1)
      update(`o${order}`, 1);
    expect(overflow).toHaveBeenCalled();
    made.close();
    expect(made.bytes).toBe(0);
  });

  it('given that nothing leaves for as long as it is patient, then it overflows; given that some does, then not', () => {
    const { made, update, overflow, stop } = queue();
    update('a', 1);
    update('b', 1);
    vi.advanceTimersByTime(900);
    made.pump();
    stop();
    vi.advanceTimersByTime(900);
    expect(overflow).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(overflow).toHaveBeenCalledOnce();
  });

  it('given that it was emptied, then patience starts anew', () => {
    const { update, overflow, go, stop } = queue();
    update('a', 1);
    vi.advanceTimersByTime(900);
    go();
    stop();
    update('a', 2);
    vi.advanceTimersByTime(900);
    expect(overflow).not.toHaveBeenCalled();
  });

  it('tells when all has left', async () => {
    const { made, update, go } = queue();
    update('a', 1);
    const emptied = vi.fn();
    void made.emptied().then(emptied);
    await Promise.resolve();
    expect(emptied).not.toHaveBeenCalled();
    go();
    await vi.waitFor(() => expect(emptied).toHaveBeenCalled());
    await made.emptied();
  });
});

it('whatever comes and leaves: each order ends at its latest version, and what is left out is counted', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.nat(5).map((order) => ({ order })) },
    { weight: 1, arbitrary: fc.constantFrom('go' as const, 'stop' as const) },
  );
  fc.assert(
    fc.property(fc.array(step), fc.nat(300), (steps, conflateBytes) => {
      const { update, sent, go, stop } = queue({ conflateBytes });
      const versions: number[] = [];
      for (const one of steps) {
        if (one === 'go') go();
        else if (one === 'stop') stop();
        else update(`o${one.order}`, (versions[one.order] = (versions[one.order] ?? 0) + 1));
      }
      go();
      const given = versions.reduce((sum, version) => sum + (version ?? 0), 0);
      expect(sent.reduce((sum, { skipped = 0 }) => sum + 1 + skipped, 0)).toBe(given);
      const seen = new Map<string, number>();
      for (const { id, version, conflated } of sent) {
        const next = (seen.get(id) ?? 0) + 1;
        expect(conflated ? version > next : version === next).toBe(true);
        seen.set(id, version);
      }
      versions.forEach((version, order) => expect(seen.get(`o${order}`)).toBe(version));
    }),
  );
});
