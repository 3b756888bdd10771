import { OrderStatus } from '@mesh/contracts/order';
import type { RunningService } from '@mesh/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForgetHistory } from '../src/use-cases/forget-history.js';
import { type OrderClient, type OrderServiceFixture, startOrderService } from './order-service.js';

const DAY_MS = 86_400_000;
let mesh: OrderServiceFixture;
let replica: RunningService;
let client: OrderClient;
let orderId: string;

beforeAll(async () => {
  mesh = await startOrderService();
  replica = await mesh.replica({ ORDER_HISTORY_RETENTION: '30d' });
  client = await mesh.as('anna', replica);
  const { order } = await client.placeOrder({
    ...{ lines: [{ sku: 'TEA', quantity: 1 }], idempotencyKey: 'k' },
  });
  orderId = order!.orderId;
});
afterAll(() => mesh?.close());

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const forget = (now: Date) => replica.app.get(ForgetHistory).execute(now);

describe('the history of orders', () => {
  it('stays for as long as it is kept', async () => {
    expect(await forget(inDays(29))).toBe(0);
    expect(await client.listOrderUpdates({ orderId, afterVersion: 0 })).toMatchObject({
      ...{ updates: [{ version: 1 }], latestVersion: 1 },
    });
  });

  it('when it is gone, then the order is there, and numbers tell what lacks', async () => {
    expect(await forget(inDays(31))).toBe(1);
    expect((await client.getOrder({ orderId })).order).toMatchObject({ orderId, version: 1 });
    await client.cancelOrder({ orderId });
    expect(await client.listOrderUpdates({ orderId, afterVersion: 0 })).toMatchObject({
      updates: [{ version: 2, status: OrderStatus.ORDER_STATUS_CANCELLED }],
      latestVersion: 2,
    });
    expect(await client.listFeedUpdates({ afterSequence: 0, limit: 10 })).toMatchObject({
      ...{ updates: [{ feedSequence: 2 }], latestSequence: 2 },
    });
    const watch = client.watchOrder({ orderId, afterVersion: 0 });
    const first = watch[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: 'HISTORY_GONE' });
  });
});
