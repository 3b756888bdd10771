import { JobCancelled } from '@mesh/contracts/catalog/probe';
import { createEvent, type CloudEvent } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import { createLogger, currentTraceId } from '@mesh/tracing';
import { describe, expect, test } from 'vitest';
import { callContext } from '../context/call-context.js';
import type { DeliveryGuarantee } from './event-handler.decorator.js';
import { routeEvents } from './event-router.js';
import type { ReceivedEvent } from './received-event.js';
import type { PlannedHandler } from './subscription-plan.js';

const cancelled = {
  jobId: 'o-1',
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
      source: '/job',
      type: JobCancelled.type,
      datacontenttype: 'application/protobuf',
      data: JobCancelled.schema.encode(cancelled).finish(),
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
  options: PlannedHandler['options'] = {},
) {
  const handlers = new Map([
    [JobCancelled.type, { name: 'A.on', delivery, onFailure: 'skip' as const, options, handle }],
  ]);
  const log = createLogger('test', { level: 'silent' });
  return routeEvents(
    { group: 'g', handlers },
    { log, db: undefined, outbox: undefined, parking: undefined },
  );
}

async function received(changes: Partial<CloudEvent>): Promise<unknown[]> {
  const seen: unknown[] = [];
  await router('at-least-once', async ({ data }) => void seen.push(data))(delivery(event(changes)));
  return seen;
}

describe('routeEvents', () => {
  test('given an event, when routed, then the handler gets attributes and data, in its trace', async () => {
    const original = event();
    const given = delivery(original, 3);
    await router('at-least-once', async (seen) => {
      expect(seen).toMatchObject({
        id: original.id,
        source: '/job',
        data: cancelled,
        partitionkey: 'o-1',
        traceparent,
        attempt: 3,
      });
      expect(currentTraceId()).toBe('a'.repeat(32));
      expect(callContext().signal?.aborted).toBe(false);
    })(given);
    expect.assertions(3);
  });

  test('given an event that nobody handles, when routed, then is passed over', async () => {
    expect(await received({ type: 'mesh.probe.v1.JobPlaced' })).toEqual([]);
  });

  test('given at least once, when the handler fails, then so does the delivery', async () => {
    const failing = router('at-least-once', () => Promise.reject(new Error('Not now')));
    await expect(failing(delivery(event()))).rejects.toThrow('Not now');
  });

  test('given at least once, when the last try fails, then the delivery is rejected for dead letters', async () => {
    const failing = router('at-least-once', () => Promise.reject(new Error('Not now')), {
      retry: { attempts: 1 },
    });
    await expect(failing(delivery(event()))).rejects.toMatchObject({ reason: 'max-attempts' });
  });

  test('given a handler that takes too long, then it fails and may be tried again', async () => {
    const stuck = router('at-least-once', () => new Promise(() => {}), { timeoutMs: 5 });
    await expect(stuck(delivery(event()))).rejects.toMatchObject({
      name: 'RetryLaterError',
      message: 'The handler of mesh.probe.v1.JobCancelled took longer than 5 ms',
    });
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
