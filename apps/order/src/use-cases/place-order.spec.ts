import { describe, expect, it } from 'vitest';
import type { Money } from '../domain/money.js';
import { OrderError } from '../domain/order-error.js';
import { changeOrder } from './change-order.js';
import { PlaceOrder } from './place-order.js';
import type { Prices } from './prices.js';
import { InMemoryOrderStore } from './testing/in-memory-order-store.js';

const known = new Map<string, Money>([
  ['TEA', { amountMinor: 450, currency: 'EUR' }],
  ['CUP', { amountMinor: 1200, currency: 'EUR' }],
]);

function given(prices: Prices = { of: async () => known }) {
  const store = new InMemoryOrderStore();
  const placeOrder = new PlaceOrder({ store, prices, reservationTimeoutMs: 30_000 });
  return { store, placeOrder };
}

const away: Prices = {
  of: () => Promise.reject(new OrderError('INVENTORY_UNAVAILABLE', 'away', { retryAfterMs: 1 })),
};
const tea = [{ sku: 'TEA', quantity: 2 }];
const command = { customerId: 'anna', idempotencyKey: 'key', lines: tea };

describe('PlaceOrder', () => {
  it('places the order with its prices and appends the event in the same transaction', async () => {
    const { store, placeOrder } = given();
    const { order, replayed } = await placeOrder.execute(command);

    expect(replayed).toBe(false);
    expect(order).toEqual(await store.find('anna', order.orderId));
    expect(order).toMatchObject({ status: 'PLACED', version: 1, total: { amountMinor: 900 } });
    expect(store.events).toEqual([
      {
        type: 'mesh.order.v1.OrderPlaced',
        data: {
          ...{ orderId: order.orderId, customerId: 'anna', version: 1, feedSequence: 1 },
          ...{ lines: order.lines, total: order.total, occurredAt: order.createdAt },
        },
      },
    ]);
  });

  it('given the same key and lines, then gives the same order as it is now', async () => {
    const { store, placeOrder } = given();
    const { order } = await placeOrder.execute(command);
    const cancelled = await store.transaction((tx) => changeOrder(tx, order, { type: 'cancel' }));

    expect(await placeOrder.execute(command)).toEqual({ order: cancelled, replayed: true });
    expect(store.events).toHaveLength(2);
  });

  it('given the same key and lines at the same time, then places one order', async () => {
    const { store, placeOrder } = given();
    const results = await Promise.all(
      Array.from({ length: 10 }, () => placeOrder.execute(command)),
    );

    expect(new Set(results.map(({ order }) => order.orderId)).size).toBe(1);
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(store.events).toHaveLength(1);
  });

  it('given the same key and other lines, then refuses', async () => {
    const { placeOrder } = given();
    const { order } = await placeOrder.execute(command);

    await expect(
      placeOrder.execute({ ...command, lines: [{ sku: 'TEA', quantity: 3 }] }),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: `The Idempotency-Key key placed order ${order.orderId} with other lines; use a new key for a new order`,
    });
  });

  it('given the same key of another customer, then places another order', async () => {
    const { placeOrder } = given();
    const { order } = await placeOrder.execute(command);
    const other = await placeOrder.execute({ ...command, customerId: 'ben' });

    expect(other.replayed).toBe(false);
    expect(other.order.orderId).not.toBe(order.orderId);
  });

  it('given prices can not be had any more, when the order is sent again, then replays it', async () => {
    const prices: { of: Prices['of'] } = { of: async () => known };
    const { placeOrder } = given(prices);
    const { order } = await placeOrder.execute(command);
    prices.of = away.of;

    expect(await placeOrder.execute(command)).toEqual({ order, replayed: true });
  });

  it('given prices can not be had, then refuses and keeps the key free', async () => {
    const prices: { of: Prices['of'] } = { of: away.of };
    const { store, placeOrder } = given(prices);
    await expect(placeOrder.execute(command)).rejects.toMatchObject({
      ...{ code: 'INVENTORY_UNAVAILABLE', retryable: true },
    });
    prices.of = async () => known;

    expect(await placeOrder.execute(command)).toMatchObject({ replayed: false });
    expect(store.events).toHaveLength(1);
  });

  it('given an unknown SKU, then refuses and names its line', async () => {
    const lines = [...tea, { sku: 'NONE', quantity: 1 }];
    await expect(given().placeOrder.execute({ ...command, lines })).rejects.toMatchObject({
      code: 'SKU_UNKNOWN',
      errors: [{ path: '/lines/1/sku', message: 'is not a known SKU: NONE' }],
    });
  });

  it('given no key, then refuses', async () => {
    await expect(
      given().placeOrder.execute({ ...command, idempotencyKey: '' }),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REQUIRED',
      message: 'Placing an order needs an Idempotency-Key, which makes it safe to send again',
    });
  });

  it.each(['x'.repeat(256), 'a\u0000', 'é'])('given the key %j, then refuses', async (key) => {
    await expect(
      given().placeOrder.execute({ ...command, idempotencyKey: key }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
    });
  });
});
