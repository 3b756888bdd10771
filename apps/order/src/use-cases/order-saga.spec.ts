import { beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../domain/order.js';
import { CancelOrder } from './cancel-order.js';
import { confirmOrder } from './confirm-order.js';
import { ExpireReservation } from './expire-reservation.js';
import { rejectOrder } from './reject-order.js';
import { draft, place, TIMEOUT_MS } from './testing/order-store.fixture.js';
import { InMemoryOrderStore } from './testing/in-memory-order-store.js';

let store: InMemoryOrderStore;
let orderId: string;
const customerId = 'anna';

beforeEach(async () => {
  store = new InMemoryOrderStore();
  const order = draft(customerId);
  orderId = order.orderId;
  await place(store, order);
});

const confirm = () => store.transaction((tx) => confirmOrder(tx, orderId));
const reject = (reason: string) => store.transaction((tx) => rejectOrder(tx, { orderId, reason }));
const cancel = (by = customerId) => new CancelOrder(store).execute({ customerId: by, orderId });
const expire = () => new ExpireReservation(store).execute();
const pass = (ms: number) => (store.now = new Date(store.now.getTime() + ms));
const types = () => store.events.map(({ type }) => type.split('.').at(-1));
const order = async (): Promise<Order | undefined> => store.find(customerId, orderId);

describe('the saga of an order', () => {
  it('given its stock is reserved, then it is confirmed', async () => {
    await confirm();
    expect(await order()).toMatchObject({ status: 'CONFIRMED', version: 2, reason: undefined });
    expect(store.events).toEqual([
      {
        type: 'mesh.order.v1.OrderConfirmed',
        data: { orderId, customerId, version: 2, feedSequence: 2, occurredAt: store.now },
      },
    ]);
  });

  it('given its stock is reserved twice, then it is confirmed once', async () => {
    await confirm();
    await confirm();
    expect(await order()).toMatchObject({ version: 2 });
    expect(types()).toEqual(['OrderConfirmed']);
  });

  it('given its stock is short, then it is rejected with the reason', async () => {
    await reject('INSUFFICIENT_STOCK');
    expect(await order()).toMatchObject({ status: 'REJECTED', reason: 'INSUFFICIENT_STOCK' });
    expect(store.events).toMatchObject([{ data: { version: 2, reason: 'INSUFFICIENT_STOCK' } }]);
  });

  it('given a rejection without a reason, then the reason is INSUFFICIENT_STOCK', async () => {
    expect(await reject('')).toMatchObject({ reason: 'INSUFFICIENT_STOCK' });
  });

  it('given nobody answers in time, then it is rejected, once', async () => {
    expect(await expire()).toBeUndefined();
    pass(TIMEOUT_MS);
    expect(await expire()).toMatchObject({ status: 'REJECTED', reason: 'RESERVATION_TIMEOUT' });
    expect(await expire()).toBeUndefined();
    expect(types()).toEqual(['OrderRejected']);
  });

  it('given it was rejected by the timer, when the reservation comes late, then nothing changes', async () => {
    pass(TIMEOUT_MS);
    await expire();
    expect(await confirm()).toMatchObject({ status: 'REJECTED', version: 2 });
    expect(types()).toEqual(['OrderRejected']);
  });

  it('given it was cancelled, when the answer comes late, then nothing changes', async () => {
    await cancel();
    await confirm();
    await reject('INSUFFICIENT_STOCK');
    expect(await order()).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(types()).toEqual(['OrderCancelled']);
  });

  it('given it is confirmed, when its deadline passes, then nothing changes', async () => {
    await confirm();
    pass(TIMEOUT_MS);
    expect(await expire()).toBeUndefined();
  });

  it('given an answer for an order that is not there, then nothing happens', async () => {
    orderId = 'unknown';
    expect(await confirm()).toBeUndefined();
    expect(await reject('INSUFFICIENT_STOCK')).toBeUndefined();
    expect(types()).toEqual([]);
  });
});

describe('CancelOrder', () => {
  it('given a confirmed order, then it is cancelled, and again changes nothing', async () => {
    await confirm();
    expect(await cancel()).toMatchObject({ status: 'CANCELLED', version: 3 });
    expect(await cancel()).toMatchObject({ status: 'CANCELLED', version: 3 });
    expect(types()).toEqual(['OrderConfirmed', 'OrderCancelled']);
    expect(store.events.at(-1)).toMatchObject({ data: { reason: 'CANCELLED_BY_CUSTOMER' } });
  });

  it('given a rejected order, then refuses', async () => {
    await reject('INSUFFICIENT_STOCK');
    await expect(cancel()).rejects.toMatchObject({ code: 'ORDER_NOT_CANCELLABLE' });
  });

  it("given another customer's order, then it is not there", async () => {
    await expect(cancel('ben')).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
      message: `You have no order "${orderId}"`,
    });
    expect(await order()).toMatchObject({ status: 'PLACED' });
  });
});
