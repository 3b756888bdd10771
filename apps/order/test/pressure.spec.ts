import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from './order-service.js';

const MAX_EVENTS = 5;
const until = { timeout: 30_000, interval: 20 };
const lines = [{ sku: 'TEA', quantity: 1 }];

let mesh: OrderServiceFixture;
beforeAll(async () => {
  mesh = await startOrderService();
});
afterAll(() => mesh?.close());

/** The log takes nothing more until the result is called; reading goes on. */
async function blockPublishing(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: mesh.logUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin; lock table mesh_log.entry in share mode');
  return () => client.end();
}

it('given nothing can be published, then orders are refused with what to do, and the same call succeeds once it can', async () => {
  const replica = await mesh.replica({ OUTBOX_MAX_EVENTS: String(MAX_EVENTS) });
  const client = await mesh.as(`customer-${randomUUID()}`, replica);
  const placed: string[] = [];
  const refused = randomUUID();
  const unblock = await blockPublishing();
  try {
    for (let n = 0; n < MAX_EVENTS; n++) {
      const idempotencyKey = randomUUID();
      // What commits during a count is counted twice until the next one.
      await vi.waitFor(async () => {
        const { order } = await client.placeOrder({ lines, idempotencyKey });
        placed.push(order!.orderId);
      }, until);
    }
    // The last of them too may be counted twice until the next count: then 6 are said to wait.
    await vi.waitFor(
      () =>
        expect(client.placeOrder({ lines, idempotencyKey: refused })).rejects.toMatchObject({
          ...{ code: 'OUTBOX_FULL', retryable: true, retryAfterMs: expect.any(Number) },
          message: expect.stringMatching(
            /^5 events wait to be published, and the outbox takes 5: /,
          ),
        }),
      until,
    );
    const { orders } = await client.listOrders({ limit: 100, cursor: '' });
    expect(orders).toHaveLength(MAX_EVENTS);
  } finally {
    await unblock();
  }
  await vi.waitFor(async () => {
    const { order, replayed } = await client.placeOrder({ lines, idempotencyKey: refused });
    expect(replayed).toBe(false);
    placed.push(order!.orderId);
  }, until);
  const published = () =>
    mesh.events.filter(
      ({ key, type }) => placed.includes(key ?? '') && type.endsWith('.OrderPlaced'),
    );
  await vi.waitFor(() => expect(published()).toHaveLength(MAX_EVENTS + 1), until);
  expect(new Set(published().map(({ key }) => key)).size).toBe(MAX_EVENTS + 1);
});
