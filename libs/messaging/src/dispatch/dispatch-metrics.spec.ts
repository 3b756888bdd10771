import { metrics } from '@mesh/tracing';
import { describe, expect, test, vi } from 'vitest';
import type { DeliveryHandler } from '../delivery.js';
import { Dispatcher } from './dispatcher.js';
import type { DispatchableDelivery } from './options.js';

const group = 'measured';

function open(handler: DeliveryHandler): Dispatcher {
  return new Dispatcher({
    ...{ group, handler, concurrency: 8, redelivery: { minMs: 0, maxMs: 1 } },
    window: { count: 5, bytes: Infinity },
    deadLetter: async () => {},
  });
}

function delivery(attempt = 1): DispatchableDelivery {
  return {
    ...{ source: 's', group, key: null, routingKey: null, headers: {}, position: '0:0', attempt },
    body: new Uint8Array(),
    signal: new AbortController().signal,
    event: () => {
      throw new Error('Nobody decodes it');
    },
  };
}

async function value(name: string): Promise<number | undefined> {
  const { values } = await metrics.registry.getSingleMetric(name)!.get();
  return values.find(({ labels }) => labels['group'] === group)?.value;
}

describe('the metrics of a dispatcher', () => {
  test('given deliveries that are handled, then its window tells how full it is, until it closes', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const dispatcher = open(() => promise);
    const done = [dispatcher.dispatch(delivery()), dispatcher.dispatch(delivery())];
    expect(await value('mesh_events_in_flight')).toBe(2);
    expect(await value('mesh_events_in_flight_limit')).toBe(5);
    resolve();
    await Promise.all(done);
    expect(await value('mesh_events_in_flight')).toBe(0);
    await dispatcher.close(0);
    expect(await value('mesh_events_in_flight_limit')).toBeUndefined();
  });

  test('given one that came before and one that fails once, then counts deliveries, redeliveries and retries apart', async () => {
    const names = ['deliveries', 'redeliveries', 'retries'].map((one) => `mesh_event_${one}_total`);
    const counts = () => Promise.all(names.map(async (name) => (await value(name)) ?? 0));
    const before = await counts();
    const handler = vi.fn<DeliveryHandler>().mockRejectedValueOnce(new Error('Once'));
    const dispatcher = open(handler);
    expect(await dispatcher.dispatch(delivery())).toBe('done');
    expect(await dispatcher.dispatch(delivery(2))).toBe('done');
    const after = await counts();
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([2, 1, 1]);
    await dispatcher.close(0);
  });
});
