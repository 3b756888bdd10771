import { ReservationRejected, StockReserved } from '@mesh/contracts/catalog/inventory';
import { OrderStatus, type Order } from '@mesh/contracts/order';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type OrderClient, type OrderServiceFixture, startOrderService } from './order-service.js';

const { ORDER_STATUS_PLACED, ORDER_STATUS_CONFIRMED, ORDER_STATUS_REJECTED } = OrderStatus;
const { ORDER_STATUS_CANCELLED } = OrderStatus;
const tea = [{ sku: 'TEA', quantity: 2 }];
const until = { timeout: 20_000, interval: 10 };

let mesh: OrderServiceFixture;

beforeAll(async () => {
  mesh = await startOrderService();
});
afterAll(() => mesh?.close());

const customer = () => mesh.as(`customer-${randomUUID()}`);

async function place(client: OrderClient, lines = tea, key: string = randomUUID()): Promise<Order> {
  const { order } = await client.placeOrder({ lines, idempotencyKey: key });
  return order!;
}

async function waitFor(client: OrderClient, orderId: string, status: OrderStatus): Promise<Order> {
  return vi.waitFor(async () => {
    const { order } = await client.getOrder({ orderId });
    expect(order?.status).toBe(status);
    return order!;
  }, until);
}

const eventsOf = (orderId: string) =>
  mesh.events.filter(({ key }) => key === orderId).map(({ type }) => type.split('.').at(-1));
const reserved = (orderId: string) => ({ orderId, occurredAt: new Date() });
const short = (orderId: string) => ({
  ...{ orderId, reason: 'INSUFFICIENT_STOCK', skus: ['TEA'], occurredAt: new Date() },
});

describe('placing', () => {
  it('given known SKUs, then the order is placed and the event is published', async () => {
    const client = await customer();
    const order = await place(client, [
      { sku: 'TEA', quantity: 2 },
      { sku: 'CUP', quantity: 1 },
    ]);

    expect(order).toMatchObject({
      ...{ status: ORDER_STATUS_PLACED, version: 1, reason: undefined },
      total: { amountMinor: 2100, currency: 'EUR' },
    });
    expect((await client.getOrder({ orderId: order.orderId })).order).toEqual(order);
    await vi.waitFor(() => expect(eventsOf(order.orderId)).toEqual(['OrderPlaced']), until);
    const [event] = mesh.events.filter(({ key }) => key === order.orderId);
    expect(event).toMatchObject({
      ...{ type: 'mesh.order.v1.OrderPlaced', source: '/order' },
      extensions: { partitionkey: order.orderId, traceparent: expect.any(String) },
      data: {
        ...{ orderId: order.orderId, customerId: order.customerId, version: 1, feedSequence: 1 },
        ...{ lines: order.lines, total: order.total, occurredAt: order.createdAt },
      },
    });
    const { updates } = await client.listOrderUpdates({ orderId: order.orderId, afterVersion: 0 });
    expect(updates[0]?.traceparent).toBe(event?.extensions['traceparent']);
  });

  it('given the same key at the same time, then there is one order', async () => {
    const client = await customer();
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.placeOrder({ lines: tea, idempotencyKey })),
    );

    expect(new Set(answers.map(({ order }) => order?.orderId)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await client.listOrders({ limit: 0, cursor: '' })).orders).toHaveLength(1);
  });

  it('given the same key and other lines, then refuses', async () => {
    const client = await customer();
    await place(client, tea, 'key');
    await expect(place(client, [{ sku: 'CUP', quantity: 1 }], 'key')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it.each([
    ['no key', { lines: tea, idempotencyKey: '' }, 'IDEMPOTENCY_KEY_REQUIRED', []],
    ['no lines', { lines: [], idempotencyKey: 'k' }, 'VALIDATION_FAILED', ['/lines']],
    [
      'a quantity of 0',
      { lines: [{ sku: 'TEA', quantity: 0 }], idempotencyKey: 'k' },
      ...(['VALIDATION_FAILED', ['/lines/0/quantity']] as const),
    ],
    [
      'an unknown SKU',
      { lines: [...tea, { sku: 'NONE', quantity: 1 }], idempotencyKey: 'k' },
      ...(['SKU_UNKNOWN', ['/lines/1/sku']] as const),
    ],
    [
      'a total that no number holds',
      { lines: [{ sku: 'GOLD', quantity: 2 }], idempotencyKey: 'k' },
      ...(['TOTAL_TOO_LARGE', []] as const),
    ],
  ] as const)('given %s, then refuses', async (_case, request, code, paths) => {
    const client = await customer();
    const error = await client.placeOrder(request).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths);
    expect((await client.listOrders({ limit: 0, cursor: '' })).orders).toEqual([]);
  });

  it('given no token, then refuses', async () => {
    const client = await customer();
    const request = { lines: tea, idempotencyKey: 'k' };
    await expect(client.placeOrder(request, { token: 'forged' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('the saga', () => {
  it('given stock is reserved, twice, then the order is confirmed, once', async () => {
    const client = await customer();
    const { orderId } = await place(client);
    const eventId = await mesh.send(StockReserved, reserved(orderId));
    expect(await waitFor(client, orderId, ORDER_STATUS_CONFIRMED)).toMatchObject({ version: 2 });
    await mesh.send(StockReserved, reserved(orderId), eventId);
    await mesh.send(StockReserved, reserved(orderId));
    await vi.waitFor(
      () => expect(eventsOf(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed']),
      until,
    );
    const confirmed = mesh.events.find(
      ({ type, key }) => /Confirmed/.test(type) && key === orderId,
    );
    expect(confirmed?.extensions).toMatchObject({ causationid: eventId });
  });

  it('given stock is short, then the order is rejected with the reason', async () => {
    const client = await customer();
    const { orderId } = await place(client);
    await mesh.send(ReservationRejected, short(orderId));
    expect(await waitFor(client, orderId, ORDER_STATUS_REJECTED)).toMatchObject({
      ...{ version: 2, reason: 'INSUFFICIENT_STOCK' },
    });
    await expect(client.cancelOrder({ orderId })).rejects.toMatchObject({
      code: 'ORDER_NOT_CANCELLABLE',
    });
  });

  it('given it is cancelled, then a late answer changes nothing', async () => {
    const client = await customer();
    const { orderId } = await place(client);
    const { order } = await client.cancelOrder({ orderId });
    expect(order).toMatchObject({ status: ORDER_STATUS_CANCELLED, version: 2 });
    await mesh.send(StockReserved, reserved(orderId));
    const other = await place(client);
    await mesh.send(StockReserved, reserved(other.orderId));
    await waitFor(client, other.orderId, ORDER_STATUS_CONFIRMED);
    await vi.waitFor(
      () => expect(eventsOf(orderId)).toEqual(['OrderPlaced', 'OrderCancelled']),
      until,
    );
    expect((await client.cancelOrder({ orderId })).order).toEqual(order);
  });

  it('given nobody answers in time, then one of two replicas rejects the order, and a restart loses no timer', async () => {
    const hasty = await mesh.replica({ RESERVATION_TIMEOUT_MS: '300' });
    const owner = `customer-${randomUUID()}`;
    const client = await mesh.as(owner, hasty);
    const orders = await Promise.all(Array.from({ length: 5 }, () => place(client)));
    await mesh.stop(hasty);
    const survivor = await mesh.as(owner);
    for (const { orderId } of orders) {
      const order = await waitFor(survivor, orderId, ORDER_STATUS_REJECTED);
      expect(order).toMatchObject({ version: 2, reason: 'RESERVATION_TIMEOUT' });
      await mesh.send(StockReserved, reserved(orderId));
    }
    for (const { orderId } of orders) {
      await vi.waitFor(
        () => expect(eventsOf(orderId)).toEqual(['OrderPlaced', 'OrderRejected']),
        until,
      );
    }
  });
});

describe('reading', () => {
  it("given another customer's order, then it is not there", async () => {
    const { orderId } = await place(await customer());
    const other = await customer();
    for (const call of [
      () => other.getOrder({ orderId }),
      () => other.cancelOrder({ orderId }),
      () => other.listOrderUpdates({ orderId, afterVersion: 0 }),
      () => other.watchOrder({ orderId, afterVersion: 0 })[Symbol.asyncIterator]().next(),
    ]) {
      await expect(call()).rejects.toMatchObject({
        ...{ code: 'ORDER_NOT_FOUND', message: `You have no order "${orderId}"` },
      });
    }
  });

  it('given orders, then pages and feed show them in order', async () => {
    const client = await customer();
    const placed: string[] = [];
    for (let i = 0; i < 3; i++) placed.push((await place(client)).orderId);
    const first = await client.listOrders({ limit: 2, cursor: '' });
    const second = await client.listOrders({ limit: 2, cursor: first.nextCursor });
    const listed = [...first.orders, ...second.orders].map(({ orderId }) => orderId);
    expect(listed).toEqual([...placed].reverse());
    expect(second.nextCursor).toBe('');

    const feed = await client.listFeedUpdates({ afterSequence: 1, limit: 0 });
    expect(feed.updates.map(({ feedSequence }) => feedSequence)).toEqual([2, 3]);
    expect(feed).toMatchObject({ latestSequence: 3 });
    await expect(client.listOrders({ limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });

  it('given changes by another replica, then a watch shows history and then each change, and ends', async () => {
    const owner = `customer-${randomUUID()}`;
    const client = await mesh.as(owner);
    const watching = await mesh.as(owner, await mesh.replica());
    const { orderId } = await place(client);
    const seen: [number, OrderStatus][] = [];
    const watch = (async () => {
      for await (const { update } of watching.watchOrder({ orderId, afterVersion: 0 })) {
        if (update) seen.push([update.version, update.status]);
      }
    })();
    await vi.waitFor(() => expect(seen).toHaveLength(1), until);
    await mesh.send(StockReserved, reserved(orderId));
    await vi.waitFor(() => expect(seen).toHaveLength(2), until);
    await client.cancelOrder({ orderId });
    await watch;
    expect(seen).toEqual([
      [1, ORDER_STATUS_PLACED],
      [2, ORDER_STATUS_CONFIRMED],
      [3, ORDER_STATUS_CANCELLED],
    ]);
  });
});

describe('inventory away', () => {
  it('given a price that was known once, then it is used; given none, then says when to try again', async () => {
    const client = await customer();
    await place(client);
    mesh.inventory.stop();
    try {
      expect(await place(client)).toMatchObject({ total: { amountMinor: 900 } });
      const unknown = place(client, [{ sku: 'NEVER-ASKED', quantity: 1 }]);
      await expect(unknown).rejects.toMatchObject({
        ...{ code: 'INVENTORY_UNAVAILABLE', retryAfterMs: 1000 },
      });
    } finally {
      await mesh.inventory.start();
    }
    await vi.waitFor(async () => {
      const unknown = place(client, [{ sku: 'NEVER-ASKED', quantity: 1 }]);
      await expect(unknown).rejects.toMatchObject({ code: 'SKU_UNKNOWN' });
    }, until);
  });
});
