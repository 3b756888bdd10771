import { OrderCancelled } from '@mesh/contracts/catalog';
import { createEvent, type CloudEvent } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import { createLogger, currentTraceId } from '@mesh/tracing';
import { describe, expect, test } from 'vitest';
import { callContext } from '../context/call-context.js';
import type { DeliveryGuarantee } from './event-handler.decorator.js';
import { routeEvents } from './event-router.js';
import type { ReceivedEvent } from './received-event.js';

const cancelled = {
  orderId: 'o-1',
  customerId: 'alice',
  version: 2,
  reason: 'x',
  occurredAt: undefined,
  feedSequence: 7,
};
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

function event(changes: Partial<CloudEvent> = {}): CloudEvent {
  return {
    ...createEvent({
      source: '/order',
      type: OrderCancelled.type,
      datacontenttype: 'application/protobuf',
      data: OrderCancelled.schema.encode(cancelled).finish(),
      extensions: { partitionkey: 'o-1', traceparent },
    }),
    ...changes,
  };
}

function delivery(what: CloudEvent, attempt = 1): Delivery {
  const { signal } = new AbortController();
  return {
    source: 's',
    group: 'g',
    key: 'o-1',
    routingKey: null,
    headers: {},
    body: new Uint8Array(),
    position: '0',
    attempt,
    signal,
    event: () => what,
  };
}

function router(
  delivery: DeliveryGuarantee,
  handle: (event: ReceivedEvent<unknown>) => Promise<void>,
) {
  const handlers = new Map([[OrderCancelled.type, { name: 'A.on', delivery, handle }]]);
  const log = createLogger('test', { level: 'silent' });
  return routeEvents({ group: 'g', handlers }, { log, db: undefined, outbox: undefined });
}

async function received(changes: Partial<CloudEvent>): Promise<unknown[]> {
  const seen: unknown[] = [];
  await router('at-least-once', async ({ data }) => void seen.push(data))(delivery(event(changes)));
  return seen;
}

const json = (value: unknown, datacontenttype = 'application/json') => ({
  datacontenttype,
  data: new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)),
});

describe('routeEvents', () => {
  test('given an event, when routed, then the handler gets attributes and data, in its trace', async () => {
    const original = event();
    const given = delivery(original, 3);
    await router('at-least-once', async (seen) => {
      expect(seen).toMatchObject({
        id: original.id,
        source: '/order',
        data: cancelled,
        partitionkey: 'o-1',
        traceparent,
        attempt: 3,
      });
      expect(currentTraceId()).toBe('a'.repeat(32));
      expect(callContext().signal).toBe(given.signal);
    })(given);
    expect.assertions(3);
  });

  test.each([
    ['JSON', json(OrderCancelled.schema.toJSON(cancelled))],
    [
      'JSON with a charset',
      json(OrderCancelled.schema.toJSON(cancelled), 'application/json; charset=utf-8'),
    ],
    [
      'JSON without a media type',
      {
        ...json(OrderCancelled.schema.toJSON(cancelled)),
        datacontenttype: undefined,
      } as unknown as Partial<CloudEvent>,
    ],
  ])('given data as %s, when routed, then is decoded', async (_, changes) => {
    expect(await received(changes)).toEqual([cancelled]);
  });

  test.each([
    [
      'an unknown type',
      { type: 'mesh.order.v2.OrderCancelled' },
      'The catalog knows no event of type "mesh.order.v2.OrderCancelled"',
    ],
    [
      'cut off data',
      { data: event().data!.subarray(0, 4) },
      `Event "e" can't be decoded: its data is not of mesh.order.v1.OrderCancelled: premature EOF`,
    ],
    ['no data', { data: undefined }, `Event "e" can't be decoded: its data has no key`],
    [
      'broken JSON',
      json('{'),
      /^Event "e" can't be decoded: its data is not of mesh\.order\.v1\.OrderCancelled: Expected property name/,
    ],
    [
      'another media type',
      json('x', 'text/plain'),
      `Event "e" can't be decoded: its data is "text/plain", not Protobuf or JSON`,
    ],
  ])('given %s, when routed, then is rejected as undecodable', async (_, changes, message) => {
    const rejection = received({ id: 'e', ...changes } as Partial<CloudEvent>);
    await expect(rejection).rejects.toThrow(message);
    await expect(rejection).rejects.toMatchObject({ reason: 'undecodable', retryable: false });
  });

  test('given an event that nobody handles, when routed, then is passed over', async () => {
    expect(await received({ type: 'mesh.order.v1.OrderPlaced' })).toEqual([]);
  });

  test('given at least once, when the handler fails, then so does the delivery', async () => {
    const failing = router('at-least-once', () => Promise.reject(new Error('Not now')));
    await expect(failing(delivery(event()))).rejects.toThrow('Not now');
  });

  test('given at most once, when the handler fails or the delivery is a repeat, then it is dropped', async () => {
    let calls = 0;
    const dropping = router('at-most-once', async () => {
      calls += 1;
      throw new Error('Not now');
    });
    await dropping(delivery(event()));
    await dropping(delivery(event(), 2));
    expect(calls).toBe(1);
  });
});
