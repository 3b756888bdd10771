import { JobCancelled } from '@mesh/contracts/catalog/probe';
import { createEvent } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import type { Logger } from '@mesh/tracing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { routeEvents } from './event-router.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const cancelled = { jobId: 'o-1', customerId: 'alice', version: 2, reason: 'x', feedSequence: 7 };

function delivery(): Delivery {
  const event = createEvent({
    source: '/job',
    type: JobCancelled.type,
    datacontenttype: 'application/protobuf',
    data: JobCancelled.schema.encode({ ...cancelled, occurredAt: undefined }).finish(),
  });
  return {
    ...{ source: 's', group: 'g', key: 'o-1', routingKey: null, headers: {}, position: '0' },
    ...{ body: new Uint8Array(), attempt: 1, signal: new AbortController().signal },
    event: () => event,
  };
}

/** A group whose one handler always fails, and what the log was told of it. */
function failing() {
  const warned: [object, string][] = [];
  const warn = (fields: object, message: string) => warned.push([fields, message]);
  const handler = {
    ...({ name: 'A.on', delivery: 'at-least-once', onFailure: 'skip' } as const),
    ...{ options: {}, handle: () => Promise.reject(new Error('Not now')) },
  };
  const handle = routeEvents(
    { group: 'g', handlers: new Map([[JobCancelled.type, handler]]) },
    {
      ...{ db: undefined, outbox: undefined, parking: undefined },
      log: { warn } as unknown as Logger,
    },
  );
  const tryOnce = (what: Delivery) => handle(what).catch(() => {});
  return { warned, tryOnce };
}

test('given an event that fails again and again, then the first and every fifth try are said, without data', async () => {
  const { warned, tryOnce } = failing();
  const poison = delivery();
  for (let n = 1; n <= 20; n++) {
    await tryOnce(poison);
    vi.advanceTimersByTime(2000);
  }
  expect(warned.map(([fields]) => (fields as { attempt: number }).attempt)).toEqual([1, 5, 10, 15]);
  expect(warned[0]).toEqual([
    {
      ...{ err: new Error('Not now'), handler: 'A.on', group: 'g', key: 'o-1' },
      ...{ eventId: poison.event().id, eventType: JobCancelled.type },
      ...{ attempt: 1, attempts: 20, retryInMs: expect.any(Number), count: 1 },
    },
    'A handler failed; the event is tried again',
  ]);
});

test('given a thousand events that fail, then one line has their count', async () => {
  const { warned, tryOnce } = failing();
  await Promise.all(Array.from({ length: 1000 }, () => tryOnce(delivery())));
  vi.advanceTimersByTime(1000);
  expect(warned).toMatchObject([[{ count: 1000 }, 'A handler failed; the event is tried again']]);
});
