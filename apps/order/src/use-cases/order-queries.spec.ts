import { beforeEach, describe, expect, it } from 'vitest';
import { GetOrder } from './get-order.js';
import { ListFeedUpdates } from './list-feed-updates.js';
import { ListOrders } from './list-orders.js';
import { ListOrderUpdates } from './list-order-updates.js';
import { InMemoryOrderStore } from './testing/in-memory-order-store.js';
import { draft, place } from './testing/order-store.fixture.js';

const customerId = 'anna';
let store: InMemoryOrderStore;
let orderIds: string[];

beforeEach(async () => {
  store = new InMemoryOrderStore();
  orderIds = [];
  for (let i = 0; i < 5; i++) await placeOne();
});

async function placeOne(): Promise<void> {
  const order = draft(customerId);
  await place(store, order);
  orderIds.unshift(order.orderId);
}

describe('GetOrder', () => {
  it("shows a customer's own order and no other's", async () => {
    const orderId = orderIds[0] ?? '';
    const getOrder = new GetOrder(store);
    expect(await getOrder.execute({ customerId, orderId })).toMatchObject({ orderId });
    await expect(getOrder.execute({ customerId: 'ben', orderId })).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
      message: `You have no order "${orderId}"`,
    });
  });
});

describe('ListOrders', () => {
  const list = async (limit: number, cursor = '', by = customerId) => {
    const { orders, nextCursor } = await new ListOrders(store).execute({
      ...{ customerId: by, limit, cursor },
    });
    return { ids: orders.map(({ orderId }) => orderId), nextCursor };
  };

  it('pages through all orders, newest first, also while new ones come in', async () => {
    const first = await list(2);
    const expected = [...orderIds];
    await placeOne();
    const second = await list(2, first.nextCursor);
    const third = await list(2, second.nextCursor);

    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(expected);
    expect(third.nextCursor).toBe('');
  });

  it('given as many orders as the limit, then there is no next page', async () => {
    expect((await list(5)).nextCursor).toBe('');
  });

  it('shows 20 unless told', async () => {
    for (let i = 0; i < 20; i++) await placeOne();
    expect((await list(0)).ids).toHaveLength(20);
  });

  it.each([-1, 1.5, 101])('given the limit %d, then refuses', async (limit) => {
    await expect(list(limit)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: `/limit must be 1 to 100, is ${limit}`,
    });
  });

  it('given a cursor that was not given out, then refuses', async () => {
    const { nextCursor } = await list(2);
    const flipped = (nextCursor[0] === 'A' ? 'B' : 'A') + nextCursor.slice(1);
    for (const cursor of ['x', '!', flipped, `${nextCursor}A`, nextCursor.slice(0, -1)]) {
      await expect(list(2, cursor)).rejects.toMatchObject({
        code: 'CURSOR_INVALID',
        message: 'The cursor is none of this list; leave it out to start at the newest order',
      });
    }
  });

  it("given another customer's cursor, then refuses", async () => {
    const { nextCursor } = await list(2);
    await expect(list(2, nextCursor, 'ben')).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
});

describe('ListOrderUpdates', () => {
  it('given no order of the customer, then refuses', async () => {
    const query = { customerId: 'ben', orderId: orderIds[0] ?? '', afterVersion: 0 };
    await expect(new ListOrderUpdates(store).execute(query)).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    });
  });

  it('shows what is after the version', async () => {
    const query = { customerId, orderId: orderIds[0] ?? '', afterVersion: 0 };
    expect(await new ListOrderUpdates(store).execute(query)).toMatchObject({
      updates: [{ version: 1 }],
    });
    expect(await new ListOrderUpdates(store).execute({ ...query, afterVersion: 1 })).toMatchObject({
      updates: [],
      version: 1,
    });
  });
});

describe('ListFeedUpdates', () => {
  const feed = (afterSequence: number | undefined, limit = 0) =>
    new ListFeedUpdates(store).execute({ customerId, afterSequence, limit });

  it('shows what is after the sequence, and where the feed stands', async () => {
    const { updates, latestSequence } = await feed(1, 2);
    expect(updates.map(({ feedSequence }) => feedSequence)).toEqual([2, 3]);
    expect(latestSequence).toBe(5);
  });

  it('given no sequence, then only tells where the feed stands', async () => {
    expect(await feed(undefined)).toMatchObject({ updates: [], latestSequence: 5 });
  });

  it('given a limit above 500 or a sequence below 0, then refuses', async () => {
    await expect(feed(0, 501)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(feed(-1)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: '/afterSequence must be 0 or more, is -1',
    });
  });
});
