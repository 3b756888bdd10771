import { describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../delivery.js';
import { RejectedError } from '../errors.js';
import { RetryLaterError } from './retry-later-error.js';
import {
  Dispatcher,
  type DispatchableDelivery,
  type DispatcherOptions,
  type FailedAttempt,
} from './dispatcher.js';

function delivery(
  key: string | null,
  position: string,
  overrides: Partial<DispatchableDelivery> = {},
) {
  const made: DispatchableDelivery = {
    source: 'mesh.probe.v1',
    group: 'test',
    key,
    routingKey: null,
    headers: {},
    body: new Uint8Array(10),
    position,
    attempt: 1,
    signal: new AbortController().signal,
    event: () => {
      throw new Error('not decoded in this spec');
    },
    ...overrides,
  };
  return made;
}

function dispatcherOf(
  handler: (delivery: Delivery) => Promise<void>,
  options: Partial<DispatcherOptions> = {},
) {
  return new Dispatcher({
    group: 'tested',
    handler,
    window: { count: 4, bytes: 1000 },
    concurrency: 8,
    redelivery: { minMs: 1, maxMs: 2 },
    deadLetter: async () => {},
    ...options,
  });
}

describe('Dispatcher order', () => {
  it('given two deliveries of one key, when the first is slow, then the second waits and another key does not', async () => {
    const log: string[] = [];
    const slow = Promise.withResolvers<void>();
    const dispatcher = dispatcherOf(async ({ position }) => {
      log.push(`start ${position}`);
      if (position === 'a1') await slow.promise;
      log.push(`end ${position}`);
    });

    const first = [
      dispatcher.dispatch(delivery('a', 'a1')),
      dispatcher.dispatch(delivery('a', 'a2')),
    ];
    await dispatcher.dispatch(delivery('b', 'b1'));
    expect(log).toEqual(['start a1', 'start b1', 'end b1']);
    slow.resolve();
    expect(await Promise.all(first)).toEqual(['done', 'done']);
    expect(log.slice(3)).toEqual(['end a1', 'start a2', 'end a2']);
  });

  it('given deliveries without a key, when one is slow, then the others go on', async () => {
    const slow = Promise.withResolvers<void>();
    const dispatcher = dispatcherOf(({ position }) =>
      position === '1' ? slow.promise : Promise.resolve(),
    );
    const first = dispatcher.dispatch(delivery(null, '1'));
    expect(await dispatcher.dispatch(delivery(null, '2'))).toBe('done');
    slow.resolve();
    expect(await first).toBe('done');
  });

  it('given a failing delivery, when it is tried again, then later ones of its key still wait', async () => {
    const handled: string[] = [];
    const dispatcher = dispatcherOf(async ({ position, attempt }) => {
      if (position === 'a1' && attempt < 4) throw new Error('not yet');
      handled.push(`${position} at attempt ${attempt}`);
    });
    await Promise.all([
      dispatcher.dispatch(delivery('a', 'a1')),
      dispatcher.dispatch(delivery('a', 'a2')),
    ]);
    expect(handled).toEqual(['a1 at attempt 4', 'a2 at attempt 1']);
  });
});

describe('Dispatcher bounds', () => {
  it('runs at most `concurrency` handlers, and all in the end', async () => {
    let running = 0;
    let most = 0;
    const dispatcher = dispatcherOf(
      async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running -= 1;
      },
      { concurrency: 3 },
    );
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        dispatcher.dispatch(delivery(`k${index % 20}`, String(index))),
      ),
    );
    expect(outcomes).toEqual(Array(40).fill('done'));
    expect(most).toBe(3);
  });

  it('given one handler at a time, when a delivery pauses before its next try, then others are handled meanwhile', async () => {
    const dispatcher = dispatcherOf(
      async ({ position }) => {
        if (position === 'failing') throw new Error('always');
      },
      { concurrency: 1, redelivery: { minMs: 60_000, maxMs: 60_000 } },
    );
    void dispatcher.dispatch(delivery('a', 'failing'));
    expect(await dispatcher.dispatch(delivery('b', 'fine'))).toBe('done');
    await dispatcher.close(0);
  });

  it.each([
    ['count', { count: 2, bytes: 1000 }],
    ['bytes', { count: 100, bytes: 20 }],
  ])('has no room once the window is full by %s, until one finishes', async (_, window) => {
    const gate = Promise.withResolvers<void>();
    const dispatcher = dispatcherOf(() => gate.promise, { window });
    const outcomes = ['1', '2'].map((position) =>
      dispatcher.dispatch(delivery(position, position)),
    );
    expect(dispatcher.hasRoom).toBe(false);
    let waited = false;
    const room = dispatcher.room().then(() => (waited = true));
    await new Promise(setImmediate);
    expect(waited).toBe(false);
    gate.resolve();
    await room;
    await Promise.all(outcomes);
    expect(dispatcher.unfinished).toBe(0);
  });
});

describe('Dispatcher dead letters', () => {
  it('given a rejected delivery, when the dead letter channel fails twice, then it is written at the third try, once handled', async () => {
    const handler = vi.fn(async () => {
      throw new RejectedError('rejected', 'No such customer');
    });
    let tries = 0;
    const kept: string[] = [];
    const failures: FailedAttempt[] = [];
    const dispatcher = dispatcherOf(handler, {
      deadLetter: async ({ position }, reason, error) => {
        if (++tries < 3) throw new Error('channel is down');
        kept.push(`${position} ${reason} ${error.message}`);
      },
      onError: (failed) => failures.push(failed),
    });
    expect(await dispatcher.dispatch(delivery('a', 'a1'))).toBe('done');
    expect(kept).toEqual(['a1 rejected No such customer']);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(failures.map(({ error }) => error.message)).toEqual([
      'No such customer',
      'channel is down',
      'channel is down',
    ]);
  });

  it('given an event that cannot be decoded, then its reason is undecodable', async () => {
    const reasons: string[] = [];
    const dispatcher = dispatcherOf(
      async () => {
        throw Object.assign(new Error('Attribute "id" is missing'), { name: 'EnvelopeError' });
      },
      { deadLetter: async (_, reason) => void reasons.push(reason) },
    );
    await dispatcher.dispatch(delivery('a', 'a1'));
    expect(reasons).toEqual(['undecodable']);
  });
});

describe('Dispatcher end', () => {
  it('given a running, a waiting and a paused delivery, when closed, then the first finishes and the others are abandoned', async () => {
    const gate = Promise.withResolvers<void>();
    const dispatcher = dispatcherOf(
      async ({ position }) => {
        if (position === 'paused') throw new Error('not yet');
        await gate.promise;
      },
      { redelivery: { minMs: 60_000, maxMs: 60_000 } },
    );
    const outcomes = Promise.all([
      dispatcher.dispatch(delivery('a', 'running')),
      dispatcher.dispatch(delivery('a', 'waiting')),
      dispatcher.dispatch(delivery('b', 'paused')),
    ]);
    await new Promise(setImmediate);
    const closed = dispatcher.close(10_000);
    gate.resolve();
    await closed;
    expect(await outcomes).toEqual(['done', 'abandoned', 'abandoned']);
    expect(await dispatcher.dispatch(delivery('c', 'late'))).toBe('abandoned');
  });

  it('given a handler that never ends, when closed, then it is abandoned after the grace', async () => {
    const dispatcher = dispatcherOf(() => new Promise(() => {}));
    const outcome = dispatcher.dispatch(delivery('a', 'a1'));
    await dispatcher.close(5);
    expect(await outcome).toBe('abandoned');
  });

  it('given a delivery that was lost while it paused, then it is abandoned at once and its key goes on', async () => {
    const lost = new AbortController();
    const handled: string[] = [];
    const dispatcher = dispatcherOf(
      async ({ position }) => {
        if (position === 'a1') throw new Error('not yet');
        handled.push(position);
      },
      { redelivery: { minMs: 60_000, maxMs: 60_000 } },
    );
    const first = dispatcher.dispatch(delivery('a', 'a1', { signal: lost.signal }));
    const second = dispatcher.dispatch(delivery('a', 'a2'));
    await new Promise(setImmediate);
    lost.abort();
    expect(await Promise.all([first, second])).toEqual(['abandoned', 'done']);
    expect(handled).toEqual(['a2']);
  });
});

describe('Dispatcher hold', () => {
  it('handles what is dispatched but not what pauses, then starts nothing until released', async () => {
    const handled: string[] = [];
    const dispatcher = dispatcherOf(
      async ({ position, attempt }) => {
        await new Promise(setImmediate);
        if (position === 'b1' && attempt === 1) throw new Error('not yet');
        handled.push(position);
      },
      { redelivery: { minMs: 60_000, maxMs: 60_000 } },
    );
    for (const position of ['a1', 'a2', 'b1']) {
      void dispatcher.dispatch(delivery(position.slice(0, 1), position));
    }
    await dispatcher.hold(10_000);
    expect(handled).toEqual(['a1', 'a2']);
    const late = dispatcher.dispatch(delivery('c', 'c1'));
    await new Promise(setImmediate);
    expect(handled).toEqual(['a1', 'a2']);
    dispatcher.release();
    expect(await late).toBe('done');
    await dispatcher.close(0);
  });

  it('given a handler that never ends, when held, then the wait ends at the limit', async () => {
    const dispatcher = dispatcherOf(() => new Promise(() => {}));
    void dispatcher.dispatch(delivery('a', 'a1'));
    await dispatcher.hold(5);
    expect(dispatcher.unfinished).toBe(1);
    await dispatcher.close(0);
  });
});

describe('Dispatcher and what middleware asks for', () => {
  it('given a failure that pauses the intake, then nothing new starts until the pause is over, and no attempt is counted', async () => {
    const log: string[] = [];
    let open = true;
    const dispatcher = dispatcherOf(async ({ position, attempt }) => {
      log.push(`${position}/${attempt}`);
      if (!open) return;
      open = false;
      throw new RetryLaterError(new Error('Open'), {
        retryInMs: 30,
        counts: false,
        pauseIntakeMs: 30,
      });
    });
    const first = dispatcher.dispatch(delivery('a', 'a1'));
    await new Promise(setImmediate);
    const second = dispatcher.dispatch(delivery('b', 'b1'));
    await new Promise(setImmediate);
    expect(log).toEqual(['a1/1']);
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
    expect(log.toSorted()).toEqual(['a1/1', 'a1/1', 'b1/1']);
    await dispatcher.close(0);
  });

  it('given a pause of its own, then the log is told what failed and when it comes again', async () => {
    const failures: FailedAttempt[] = [];
    const cause = new Error('Not now');
    const dispatcher = dispatcherOf(
      async ({ attempt }) => {
        if (attempt === 1) throw new RetryLaterError(cause, { retryInMs: 7 });
      },
      { onError: (failed) => failures.push(failed) },
    );
    expect(await dispatcher.dispatch(delivery('a', 'a1'))).toBe('done');
    expect(failures).toMatchObject([{ error: cause, retryInMs: 7, reason: null }]);
  });
});

describe('Dispatcher that gives failed deliveries back', () => {
  it('is done with them once they are taken, and goes on with their key', async () => {
    const taken: string[] = [];
    const handled: string[] = [];
    const dispatcher = dispatcherOf(
      async ({ position, attempt }) => {
        handled.push(`${position} ${attempt}`);
        if (position === 'a1') throw new Error('not yet');
      },
      {
        giveBack: async ({ position, attempt }) => void taken.push(`${position} ${attempt}`),
      },
    );
    const outcomes = await Promise.all([
      dispatcher.dispatch(delivery('a', 'a1')),
      dispatcher.dispatch(delivery('a', 'a2')),
    ]);
    expect(outcomes).toEqual(['done', 'done']);
    expect(handled).toEqual(['a1 1', 'a2 1']);
    expect(taken).toEqual(['a1 2']);
  });

  it('given nobody takes them, then they wait here, in order', async () => {
    const handled: string[] = [];
    const dispatcher = dispatcherOf(
      async ({ position, attempt }) => {
        handled.push(`${position} ${attempt}`);
        if (position === 'a1' && attempt === 1) throw new Error('not yet');
      },
      { giveBack: () => Promise.reject(new Error('the broker is away')) },
    );
    await Promise.all([
      dispatcher.dispatch(delivery('a', 'a1')),
      dispatcher.dispatch(delivery('a', 'a2')),
    ]);
    expect(handled).toEqual(['a1 1', 'a1 2', 'a2 1']);
  });

  it('keeps what goes to dead letters, and what only waits', async () => {
    const taken: string[] = [];
    const dispatcher = dispatcherOf(
      async ({ position, attempt }) => {
        if (position === 'dead') throw new RejectedError('rejected', 'never');
        if (attempt === 1 && !taken.includes('waited')) {
          taken.push('waited');
          throw new RetryLaterError(new Error('away'), { retryInMs: 1, counts: false });
        }
      },
      { giveBack: async ({ position }) => void taken.push(position) },
    );
    await dispatcher.dispatch(delivery('a', 'dead'));
    await dispatcher.dispatch(delivery('b', 'waits'));
    expect(taken).toEqual(['waited']);
  });
});
