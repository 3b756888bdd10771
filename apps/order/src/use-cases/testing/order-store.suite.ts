import { OrderConfirmed, OrderPlaced } from '@mesh/contracts/catalog/order';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { newOrderId } from '../../domain/order-id.js';
import type { OrderLifecycleStore } from './order-store.fixture.js';
import { draft, place, TIMEOUT_MS } from './order-store.fixture.js';

/** What every order store does. `advance` moves the store's time on. */
export function orderStoreSuite(open: () => OrderLifecycleStore): void {
  const customer = (): string => `customer-${randomUUID()}`;
  const confirm = { status: 'CONFIRMED', reason: undefined } as const;

  it('given a placed order, when it is looked up, then it is as it was placed', async () => {
    const { store } = open();
    const order = draft(customer());
    const update = await place(store, order);

    expect(update).toMatchObject({ version: 1, status: 'PLACED', feedSequence: 1 });
    expect(await store.find(order.customerId, order.orderId)).toEqual({
      ...order,
      ...{ status: 'PLACED', version: 1, reason: undefined },
      ...{ createdAt: update?.occurredAt, updatedAt: update?.occurredAt },
    });
  });

  it('given another customer, when the order is asked for, then it is not there', async () => {
    const { store } = open();
    const { orderId } = draft(customer());
    await place(store, { ...draft(customer()), orderId });

    expect(await store.find('somebody-else', orderId)).toBeUndefined();
    expect(await store.history('somebody-else', orderId, 0)).toBeUndefined();
  });

  it('given an id that is no order id, when it is asked for, then it is not there', async () => {
    const { store } = open();

    expect(await store.find(customer(), "1' or '1")).toBeUndefined();
    expect(await store.history(customer(), '', 0)).toBeUndefined();
    expect(await store.transaction((tx) => tx.lock('x'))).toBeUndefined();
  });

  it('given a claimed key, when it is claimed again, then nothing is placed', async () => {
    const { store } = open();
    const customerId = customer();
    const first = draft(customerId);
    await place(store, first, 'key');

    expect(await place(store, draft(customerId), 'key', 'other request')).toBeUndefined();
    expect(await store.findPlaced(customerId, 'key')).toMatchObject({
      ...{ order: { orderId: first.orderId }, requestHash: 'request' },
    });
    expect(await store.list(customerId, { limit: 10, before: undefined })).toHaveLength(1);
    expect(await store.findPlaced(customer(), 'key')).toBeUndefined();
  });

  it('given ten claims of one key at once, then one places its order', async () => {
    const { store } = open();
    const customerId = customer();
    const updates = await Promise.all(
      Array.from({ length: 10 }, () => place(store, draft(customerId), 'key')),
    );

    expect(updates.filter(Boolean)).toHaveLength(1);
    expect(await store.list(customerId, { limit: 10, before: undefined })).toHaveLength(1);
  });

  it('given a key that is a day old, when it is claimed, then it places an order', async () => {
    const { store, advance } = open();
    const customerId = customer();
    await place(store, draft(customerId), 'key');
    await advance(24 * 60 * 60 * 1000);

    expect(await store.findPlaced(customerId, 'key')).toBeUndefined();
    const second = draft(customerId);
    expect(await place(store, second, 'key')).toMatchObject({ feedSequence: 2 });
    expect(await store.findPlaced(customerId, 'key')).toMatchObject({
      order: { orderId: second.orderId },
    });
  });

  it('given old keys, when they are forgotten, then the young ones stay', async () => {
    const { store, advance } = open();
    const customerId = customer();
    await place(store, draft(customerId), 'old');
    await advance(24 * 60 * 60 * 1000);
    await place(store, draft(customerId), 'young');

    expect(await store.forgetIdempotencyKeys(1000)).toBeGreaterThanOrEqual(1);
    expect(await store.forgetIdempotencyKeys(1000)).toBe(0);
    expect(await store.findPlaced(customerId, 'young')).toBeDefined();
  });

  it('given old changes, when they are forgotten, then orders, numbers and young changes stay', async () => {
    const { store, advance } = open();
    const customerId = customer();
    const [first, second] = [draft(customerId), draft(customerId)];
    const change = (orderId: string) =>
      store.transaction(async (tx) => {
        const order = await tx.lock(orderId);
        return order && tx.record(order, confirm);
      });
    await place(store, first);
    await place(store, second);
    await advance(60_000);
    const young = await change(first.orderId);
    const before = new Date((young?.occurredAt.getTime() ?? 0) - 30_000);

    expect([
      await store.forgetUpdates(before, 1),
      await store.forgetUpdates(before, 9),
      await store.forgetUpdates(before, 9),
    ]).toEqual([1, 1, 0]);
    expect(await store.feed(customerId, { afterSequence: 0, limit: 10 })).toMatchObject({
      ...{ updates: [young], latestSequence: 3 },
    });
    expect(await store.history(customerId, second.orderId, 0)).toEqual({
      ...{ status: 'PLACED', version: 1, updates: [] },
    });
    expect(await store.find(customerId, second.orderId)).toMatchObject({ status: 'PLACED' });
    expect(await change(second.orderId)).toMatchObject({ version: 2, feedSequence: 4 });
  });

  it('given a transaction that fails, then it leaves nothing', async () => {
    const { store, events } = open();
    const order = draft(customer());
    const before = (await events()).length;
    const failing = store.transaction(async (tx) => {
      await tx.place(order, { key: order.orderId, requestHash: '' }, TIMEOUT_MS);
      await tx.append(OrderPlaced, OrderPlaced.schema.fromJSON({ orderId: order.orderId }));
      throw new Error('on purpose');
    });

    await expect(failing).rejects.toThrow('on purpose');
    expect(await store.find(order.customerId, order.orderId)).toBeUndefined();
    expect(await store.findPlaced(order.customerId, order.orderId)).toBeUndefined();
    expect(await store.feed(order.customerId, { afterSequence: 0, limit: 1 })).toMatchObject({
      ...{ latestSequence: 0, updates: [] },
    });
    expect(await events()).toHaveLength(before);
  });

  it('given a locked order, when a change is recorded, then order, history and feed show it', async () => {
    const { store, events } = open();
    const { orderId, customerId } = draft(customer());
    await place(store, { ...draft(customerId), orderId });
    const update = await store.transaction(async (tx) => {
      const order = await tx.lock(orderId);
      if (!order) throw new Error('not there');
      await tx.append(OrderConfirmed, OrderConfirmed.schema.fromJSON({ orderId }));
      return tx.record(order, confirm);
    });

    expect(update).toMatchObject({ orderId, customerId, version: 2, feedSequence: 2, ...confirm });
    expect(await store.find(customerId, orderId)).toMatchObject({ version: 2, ...confirm });
    expect(await store.history(customerId, orderId, 1)).toEqual({
      ...{ status: 'CONFIRMED', version: 2, updates: [update] },
    });
    expect(await store.history(customerId, orderId, 2)).toEqual({
      ...{ status: 'CONFIRMED', version: 2, updates: [] },
    });
    expect(await store.history(customerId, orderId, 2 ** 32 - 1)).toEqual({
      ...{ status: 'CONFIRMED', version: 2, updates: [] },
    });
    expect((await store.feed(customerId, { afterSequence: 1, limit: 10 })).updates).toEqual([
      update,
    ]);
    expect((await events()).at(-1)).toMatchObject({ type: 'mesh.order.v1.OrderConfirmed' });
  });

  it('given orders placed at once, then the feed is numbered without a gap and the list is its reverse', async () => {
    const { store } = open();
    const customerId = customer();
    await Promise.all(Array.from({ length: 20 }, () => place(store, draft(customerId))));

    const feed = await store.feed(customerId, { afterSequence: 0, limit: 100 });
    expect(feed.updates.map(({ feedSequence }) => feedSequence)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(feed.latestSequence).toBe(20);
    const listed = await store.list(customerId, { limit: 100, before: undefined });
    expect(listed.map(({ order }) => order.orderId)).toEqual(
      feed.updates.map(({ orderId }) => orderId).reverse(),
    );
    const before = listed[4]?.number;
    expect(await store.list(customerId, { limit: 3, before })).toEqual(listed.slice(5, 8));
  });

  it('given a feed, when no sequence is given, then it only tells where it stands', async () => {
    const { store } = open();
    const customerId = customer();
    await place(store, draft(customerId));

    const feed = await store.feed(customerId, { afterSequence: undefined, limit: 10 });
    expect(feed).toMatchObject({ updates: [], latestSequence: 1 });
    expect(feed.epoch).not.toBe('');
  });

  it('given a reservation deadline, when it passes, then the order can be locked as overdue', async () => {
    const { store, advance } = open();
    const order = draft(customer());
    expect(await store.transaction((tx) => tx.lockOverdue())).toBeUndefined();
    await place(store, order);
    expect(await store.transaction((tx) => tx.lockOverdue())).toBeUndefined();
    await advance(TIMEOUT_MS);

    const overdue = await store.transaction(async (tx) => {
      const found = await tx.lockOverdue();
      if (found) await tx.record(found, { status: 'REJECTED', reason: 'RESERVATION_TIMEOUT' });
      return found;
    });
    expect(overdue?.orderId).toBe(order.orderId);
    expect(await store.transaction((tx) => tx.lockOverdue())).toBeUndefined();
  });

  it('given an order that does not exist, when it is locked, then it is not there', async () => {
    expect(await open().store.transaction((tx) => tx.lock(newOrderId()))).toBeUndefined();
  });
}
