import type { WatchUpdatesRequest, WatchUpdatesResponse } from '@mesh/contracts/order';
import { Authenticator, type RunningService } from '@mesh/service-kit';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from './order-service.js';

let mesh: OrderServiceFixture;
let second: RunningService;

beforeAll(async () => {
  mesh = await startOrderService();
  second = await mesh.replica();
});
afterAll(() => mesh?.close());

/** A stream of updates to the second replica, without a token of its own. */
async function watch() {
  const client = await mesh.as('nobody', second);
  let waiting: WatchUpdatesRequest[] = [];
  let more = Promise.withResolvers<void>();
  async function* requests() {
    for (;;) {
      yield* waiting.splice(0);
      await more.promise;
      more = Promise.withResolvers();
    }
  }
  const abort = new AbortController();
  const seen: WatchUpdatesResponse[] = [];
  const ended = (async () => {
    for await (const answer of client.watchUpdates(requests(), { signal: abort.signal, token: '' }))
      seen.push(answer);
  })().catch(() => undefined);
  const send = (request: WatchUpdatesRequest['request']) => {
    waiting = [...waiting, { request }];
    more.resolve();
  };
  const brief = () =>
    seen.map(({ id, answer }) => {
      if (answer?.$case === 'update') return `${id} ${answer.value.feedSequence}`;
      return `${id} ${answer?.$case === 'refused' ? answer.value.code : answer?.$case}`;
    });
  const sees = (...expected: string[]) =>
    vi.waitFor(() => expect(brief()).toEqual(expected), { timeout: 10_000 });
  const stop = () => (abort.abort(), ended);
  return { send, sees, stop };
}

const tokenOf = (customerId: string) => second.app.get(Authenticator).sign(customerId);

it('given changes by another replica, then each is told once and in order to its own subscription', async () => {
  const [anna, ben] = [`anna, ${randomUUID()}`, `ben: ${randomUUID()}`];
  const { send, sees, stop } = await watch();
  send({ $case: 'subscribe', value: { id: 1, token: await tokenOf(anna), afterSequence: 0 } });
  send({ $case: 'subscribe', value: { id: 2, token: 'forged' } });
  await sees('1 subscribed', '2 UNAUTHENTICATED');
  const lines = [{ sku: 'TEA', quantity: 1 }];
  const order = (customer: string) =>
    mesh.as(customer).then((client) => client.placeOrder({ lines, idempotencyKey: randomUUID() }));
  await order(ben);
  await order(anna);
  await order(anna);
  await sees('1 subscribed', '2 UNAUTHENTICATED', '1 1', '1 2');
  send({ $case: 'unsubscribe', value: { id: 1 } });
  send({ $case: 'subscribe', value: { id: 3, token: await tokenOf(ben), afterSequence: 0 } });
  await order(anna);
  await sees('1 subscribed', '2 UNAUTHENTICATED', '1 1', '1 2', '3 subscribed', '3 1');
  await stop();
});
