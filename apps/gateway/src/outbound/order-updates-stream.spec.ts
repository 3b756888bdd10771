import {
  OrderStatus,
  type WatchUpdatesRequest,
  type WatchUpdatesResponse,
} from '@mesh/contracts/order';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OrderUpdatesStream } from './order-updates-stream.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stream as the far end sees it. */
interface FarEnd {
  readonly asked: string[];
  answer(message: WatchUpdatesResponse): void;
  fail(): void;
}

const stopping: OrderUpdatesStream[] = [];
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stream) => stream.close()));
});

function given() {
  const opened: FarEnd[] = [];
  const seen: string[] = [];
  const tokens = new Map<string, string>();
  const stream = new OrderUpdatesStream({
    open(requests, signal) {
      const asked: string[] = [];
      const waiting: WatchUpdatesResponse[] = [];
      let more = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => more.resolve());
      opened.push({
        asked,
        answer: (message) => {
          waiting.push(message);
          more.resolve();
        },
        fail: () => more.reject(new Error('The replica is gone')),
      });
      let over = false;
      void (async () => {
        for await (const { request } of requests) asked.push(brief(request));
        over = true;
        more.resolve();
      })();
      return (async function* () {
        while (!signal.aborted && !over) {
          yield* waiting.splice(0);
          await more.promise;
          more = Promise.withResolvers();
        }
      })();
    },
    tokenOf: (customerId) => tokens.get(customerId),
    updated: ({ customerId, feedSequence }) => seen.push(`${customerId} ${feedSequence}`),
    failed: () => undefined,
    maxAgeMs: 600_000,
  });
  stopping.push(stream);
  const join = (customerId: string) => {
    tokens.set(customerId, `token of ${customerId}`);
    stream.watch(customerId);
  };
  return { stream, opened, seen, join, last: () => opened.at(-1)! };
}

function brief(request: WatchUpdatesRequest['request']): string {
  if (request?.$case === 'unsubscribe') return `- ${request.value.id}`;
  return `${request?.value.id} ${request?.value.token} ${request?.value.afterSequence}`;
}

const settled = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const subscribed = (id: number, latestSequence: number): WatchUpdatesResponse => ({
  ...{ id, answer: { $case: 'subscribed', value: { latestSequence, epoch: 'e' } } },
});
const update = (id: number, customerId: string, feedSequence: number): WatchUpdatesResponse => ({
  id,
  answer: {
    $case: 'update',
    value: {
      ...{ orderId: 'o', customerId, version: 1, status: OrderStatus.ORDER_STATUS_PLACED },
      ...{ occurredAt: new Date(), reason: undefined, traceparent: '', feedSequence },
    },
  },
});
const refused = (id: number, code: string): WatchUpdatesResponse => ({
  ...{ id, answer: { $case: 'refused', value: { code, message: code } } },
});

it('holds one stream for all customers, and hands on what comes', async () => {
  const { opened, seen, join, last } = given();
  await settled();
  expect(opened).toEqual([]);
  join('anna');
  await settled();
  join('ben');
  await settled();
  expect(opened).toHaveLength(1);
  expect(last().asked).toEqual(['1 token of anna undefined', '2 token of ben undefined']);
  last().answer(update(2, 'ben', 4));
  await settled();
  expect(seen).toEqual(['ben 4']);
});

it('unsubscribes a while after the last session, unless one comes back', async () => {
  const { stream, join, last, seen } = given();
  join('anna');
  await settled();
  stream.unwatch('anna');
  await settled(4000);
  join('anna');
  await settled(4000);
  stream.unwatch('anna');
  await settled(4999);
  expect(last().asked).toHaveLength(1);
  await settled(1);
  expect(last().asked.slice(1)).toEqual(['- 1']);
  last().answer(update(1, 'anna', 1));
  await settled();
  expect(seen).toEqual([]);
});

it('given the stream fails, then opens another one and goes on after what has come', async () => {
  const { opened, join, last, seen } = given();
  join('anna');
  join('ben');
  await settled();
  last().answer(subscribed(1, 7));
  last().answer(subscribed(2, 3));
  last().answer(update(2, 'ben', 4));
  await settled();
  last().fail();
  await settled(100);
  expect(opened).toHaveLength(2);
  expect(last().asked).toEqual(['3 token of anna 7', '4 token of ben 4']);
  last().answer(update(4, 'ben', 5));
  await settled();
  expect(seen).toEqual(['ben 4', 'ben 5']);
});

it('given streams that fail at once, then the waits grow, up to five seconds', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { opened, join, last } = given();
  join('anna');
  await settled();
  for (const waitMs of [100, 200, 400, 800, 1600, 3200, 5000, 5000]) {
    const before = opened.length;
    last().fail();
    await settled(waitMs - 1);
    expect(opened).toHaveLength(before);
    await settled(1);
    expect(opened).toHaveLength(before + 1);
  }
  vi.restoreAllMocks();
});

it('given history that is gone, then asks again from where the feed stands', async () => {
  const { join, last } = given();
  join('anna');
  await settled();
  last().answer(subscribed(1, 7));
  last().answer(refused(1, 'HISTORY_GONE'));
  await settled(2000);
  expect(last().asked.slice(1)).toEqual(['2 token of anna undefined']);
});

it('given a refused token, then asks again with the one there is, after what has come', async () => {
  const { join, last } = given();
  join('anna');
  await settled();
  last().answer(subscribed(1, 7));
  last().answer(refused(1, 'UNAUTHENTICATED'));
  await settled(999);
  expect(last().asked).toHaveLength(1);
  await settled(1001);
  expect(last().asked.slice(1)).toEqual(['2 token of anna 7']);
});

it('given an old stream, then takes up another one, so that new replicas get their share', async () => {
  const { opened, join, last } = given();
  join('anna');
  await settled();
  last().answer(subscribed(1, 7));
  await settled(725_000);
  expect(opened).toHaveLength(2);
  expect(last().asked).toEqual(['2 token of anna 7']);
});
