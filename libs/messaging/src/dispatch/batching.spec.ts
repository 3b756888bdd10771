import { describe, expect, it } from 'vitest';
import type { Delivery, DeliveryBatches, DeliveryHandler } from '../delivery.js';
import { Dispatcher, type DispatchableDelivery, type DispatcherOptions } from './dispatcher.js';

interface Setting {
  readonly dispatcher: Dispatcher;
  /** What was handed over, in its order: `[a1 a2]` is a batch, `a1` one alone. */
  readonly log: string[];
  dispatch(...positions: string[]): Promise<string[]>;
}

/** The key of a delivery is the letter of its position. */
function open(
  handle: DeliveryBatches['handle'] = async (batch) => batch.map(() => true),
  {
    alone = async () => {},
    batches = {},
    ...options
  }: Partial<DispatcherOptions> & {
    alone?: (delivery: Delivery) => Promise<void>;
    batches?: Partial<DeliveryBatches>;
  } = {},
): Setting {
  const log: string[] = [];
  const handler: DeliveryHandler = Object.assign(
    (delivery: Delivery) => {
      log.push(delivery.position);
      return alone(delivery);
    },
    {
      batches: {
        ...{ maxCount: 100, maxBytes: 1000, atOnce: 1, takes: () => true },
        ...batches,
        handle: (batch: readonly Delivery[]) => {
          log.push(`[${batch.map(({ position }) => position).join(' ')}]`);
          return handle(batch);
        },
      },
    },
  );
  const dispatcher = new Dispatcher({
    group: 'tested',
    handler,
    window: { count: 100, bytes: 10_000 },
    concurrency: 8,
    redelivery: { minMs: 1, maxMs: 2 },
    deadLetter: async () => {},
    ...options,
  });
  const dispatch = (...positions: string[]) =>
    Promise.all(positions.map((position) => dispatcher.dispatch(deliveryAt(position))));
  return { dispatcher, log, dispatch };
}

function deliveryAt(
  position: string,
  overrides: Partial<DispatchableDelivery> = {},
): DispatchableDelivery {
  return {
    ...{ source: 's', group: 'g', routingKey: null, headers: {}, attempt: 1, position },
    key: position.charAt(0),
    body: new Uint8Array(10),
    signal: new AbortController().signal,
    event: () => {
      throw new Error('not decoded in this spec');
    },
    ...overrides,
  };
}

describe('Dispatcher with batches', () => {
  it('given deliveries of one turn, then they are one batch, those of a key in their order', async () => {
    const { log, dispatch } = open();
    expect(await dispatch('a1', 'b1', 'a2', 'a3')).toEqual(['done', 'done', 'done', 'done']);
    expect(log).toEqual(['[a1 a2 a3 b1]']);
  });

  it('given one delivery at idle, then it is handed over alone, in the same turn', async () => {
    const { log, dispatch } = open();
    const done = dispatch('a1');
    await Promise.resolve();
    expect(log).toEqual(['a1']);
    expect(await done).toEqual(['done']);
  });

  it('given what comes while a batch is under way, then it is the next batch', async () => {
    const first = Promise.withResolvers<void>();
    const { log, dispatch } = open(async (batch) => {
      await first.promise;
      return batch.map(() => true);
    });
    const started = dispatch('a1', 'b1');
    await Promise.resolve();
    const later = [dispatch('c1'), dispatch('a2'), dispatch('d1')];
    await Promise.resolve();
    expect(log).toEqual(['[a1 b1]']);
    first.resolve();
    await Promise.all([started, ...later]);
    expect(log.slice(1).sort()).toEqual(['[c1 d1 a2]']);
  });

  it('given more than a batch may have, by count and by bytes, then there are several', async () => {
    const byCount = open(undefined, { batches: { maxCount: 2 } });
    await byCount.dispatch('a1', 'a2', 'a3', 'b1', 'b2');
    expect(byCount.log).toEqual(['[a1 a2]', '[a3 b1]', 'b2']);
    const byBytes = open(undefined, { batches: { maxBytes: 25 } });
    await byBytes.dispatch('a1', 'b1', 'c1', 'd1');
    expect(byBytes.log).toEqual(['[a1 b1]', '[c1 d1]']);
  });

  it('given a batch that fails, then each is handled alone, in the order of its key, as its first attempt', async () => {
    const attempts: string[] = [];
    const { log, dispatch } = open(() => Promise.reject(new Error('one of them')), {
      async alone({ position, attempt }) {
        attempts.push(`${position}/${attempt}`);
        if (position === 'a1' && attempt === 1) throw new Error('guilty');
      },
    });
    expect(await dispatch('a1', 'a2', 'b1')).toEqual(['done', 'done', 'done']);
    expect(log).toEqual(['[a1 a2 b1]', 'a1', 'b1', 'a1', 'a2']);
    expect(attempts).toEqual(['a1/1', 'b1/1', 'a1/2', 'a2/1']);
  });

  it('given a batch that does a part, then the rest is handled alone', async () => {
    const { log, dispatch } = open(async (batch) =>
      batch.map(({ position }) => position !== 'a2' && position !== 'a3'),
    );
    await dispatch('a1', 'a2', 'a3', 'b1');
    expect(log).toEqual(['[a1 a2 a3 b1]', 'a2', 'a3']);
  });

  it('given what no batch takes, then it is handled alone while batches go on, and ends the run of its key', async () => {
    const { log, dispatch } = open(undefined, {
      batches: { takes: ({ position }) => position !== 'a2' && position !== 'c1' },
    });
    await dispatch('a1', 'a2', 'a3', 'b1', 'c1');
    expect(log).toEqual(['c1', '[a1 b1]', 'a2', 'a3']);
  });

  it('given what is delivered again, then it is handled alone: it may have ended a process', async () => {
    const { dispatcher, log } = open();
    await Promise.all([
      dispatcher.dispatch(deliveryAt('a1', { attempt: 2 })),
      dispatcher.dispatch(deliveryAt('b1')),
      dispatcher.dispatch(deliveryAt('c1')),
    ]);
    expect(log).toEqual(['a1', '[b1 c1]']);
  });

  it('given batches that fail, then the next ones are smaller, until they succeed', async () => {
    let failing = true;
    const { log, dispatch } = open(
      async (batch) => {
        if (failing) throw new Error('not now');
        return batch.map(() => true);
      },
      { batches: { maxCount: 8 } },
    );
    const eight = ['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1', 'h1'];
    const sizes = () =>
      log.filter((line) => line.startsWith('[')).map((line) => line.split(' ').length);
    await dispatch(...eight);
    failing = false;
    await dispatch(...eight.map((position) => position.replace('1', '2')));
    await dispatch(...eight.map((position) => position.replace('1', '3')));
    expect(sizes()).toEqual([8, 4, 4, 8]);
  });

  it('given a delivery that is lost while it waits for a batch, then it is abandoned, and its key goes on', async () => {
    const lost = new AbortController();
    const first = Promise.withResolvers<void>();
    const { dispatcher, log, dispatch } = open(async (batch) => {
      await first.promise;
      return batch.map(() => true);
    });
    const started = dispatch('a1', 'b1');
    await Promise.resolve();
    const abandoned = dispatcher.dispatch(deliveryAt('c1', { signal: lost.signal }));
    const behind = dispatcher.dispatch(deliveryAt('c2'));
    await Promise.resolve();
    lost.abort();
    first.resolve();
    expect(await Promise.all([abandoned, behind])).toEqual(['abandoned', 'done']);
    await started;
    expect(log).toEqual(['[a1 b1]', 'c2']);
  });

  it('given a close while a batch runs, when the batch fails, then nothing of it is handled again', async () => {
    const ended = Promise.withResolvers<readonly boolean[]>();
    const { dispatcher, log, dispatch } = open(() => ended.promise);
    const outcomes = dispatch('a1', 'b1');
    await Promise.resolve();
    const closed = dispatcher.close(1000);
    ended.reject(new Error('cut off'));
    expect(await outcomes).toEqual(['abandoned', 'abandoned']);
    await closed;
    expect(log).toEqual(['[a1 b1]']);
  });

  it('given a hold, then it waits for the batch under way, and the next one for the release', async () => {
    const first = Promise.withResolvers<void>();
    const { dispatcher, log, dispatch } = open(async (batch) => {
      await first.promise;
      return batch.map(() => true);
    });
    const started = dispatch('a1', 'b1');
    const held = dispatcher.hold(60_000);
    first.resolve();
    await started;
    await held;
    const later = dispatch('a2', 'b2');
    await Promise.resolve();
    expect(log).toEqual(['[a1 b1]']);
    dispatcher.release();
    await later;
    expect(log).toEqual(['[a1 b1]', '[a2 b2]']);
  });
});
