import { beforeEach, expect, it } from 'vitest';
import { CancelOrder } from './cancel-order.js';
import { confirmOrder } from './confirm-order.js';
import type { OrderSignals } from './order-signals.js';
import { InMemoryOrderStore } from './testing/in-memory-order-store.js';
import { draft, place } from './testing/order-store.fixture.js';
import { WatchOrder } from './watch-order.js';

const customerId = 'anna';
let store: InMemoryOrderStore;
let orderId: string;
let signal: AbortController;

beforeEach(async () => {
  store = new InMemoryOrderStore();
  signal = new AbortController();
  const order = draft(customerId);
  orderId = order.orderId;
  await place(store, order);
});

/** Signals that wake, now or at the next wait, when `wake` is called, and count the open watches. */
function signals() {
  let woken = Promise.withResolvers<void>();
  const state = { open: 0, wake: () => woken.resolve() };
  const changed = async (until: AbortSignal): Promise<void> => {
    const aborted = Promise.withResolvers<void>();
    if (until.aborted) return;
    until.addEventListener('abort', () => aborted.resolve());
    await Promise.race([woken.promise, aborted.promise]);
    woken = Promise.withResolvers<void>();
  };
  const port: OrderSignals = {
    watch() {
      state.open++;
      return { changed, close: () => void state.open-- };
    },
  };
  return { state, port };
}

const query = (afterVersion: number) => ({ customerId, orderId, afterVersion });
const confirm = () => store.transaction((tx) => confirmOrder(tx, orderId));
const cancel = () => new CancelOrder(store).execute({ customerId, orderId });

it('gives the history after a version, then each change as it comes, and ends when nothing more can come', async () => {
  await confirm();
  const { state, port } = signals();
  const updates = new WatchOrder(store, port).execute(query(1), signal.signal);

  expect((await updates.next()).value).toMatchObject({ version: 2, status: 'CONFIRMED' });
  const next = updates.next();
  await cancel();
  state.wake();
  expect((await next).value).toMatchObject({ version: 3, status: 'CANCELLED' });
  expect(await updates.next()).toMatchObject({ done: true });
  expect(state.open).toBe(0);
});

it('given a change between its first read and its wait, then it is not missed', async () => {
  const { state, port } = signals();
  const updates = new WatchOrder(store, port).execute(query(0), signal.signal);
  await updates.next();
  await confirm();
  const next = updates.next();
  state.wake();
  expect((await next).value).toMatchObject({ version: 2 });
});

it('given a version that ends it all, then ends at once', async () => {
  await cancel();
  const updates = new WatchOrder(store, signals().port).execute(query(2), signal.signal);
  expect(await updates.next()).toMatchObject({ done: true });
});

it('given a version whose next change is not kept any more, then refuses and says where to go on', async () => {
  await confirm();
  await store.forgetUpdates(new Date(store.now.getTime() + 1), 10);
  const { state, port } = signals();
  const updates = new WatchOrder(store, port).execute(query(1), signal.signal);
  await expect(updates.next()).rejects.toMatchObject({
    code: 'HISTORY_GONE',
    message: `The history of order "${orderId}" is not kept from version 2 on; get the order and watch after version 2`,
  });
  expect(state.open).toBe(0);
  const later = new WatchOrder(store, port).execute(query(2), signal.signal);
  const next = later.next();
  await cancel();
  state.wake();
  expect((await next).value).toMatchObject({ version: 3 });
});

it('given the client goes, then the watch ends', async () => {
  const { state, port } = signals();
  const updates = new WatchOrder(store, port).execute(query(1), signal.signal);
  const next = updates.next();
  signal.abort();
  expect(await next).toMatchObject({ done: true });
  expect(state.open).toBe(0);
});

it("given another customer's order, then refuses and leaves no watch", async () => {
  const { state, port } = signals();
  const updates = new WatchOrder(store, port).execute(
    { ...query(0), customerId: 'ben' },
    signal.signal,
  );
  await expect(updates.next()).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
  expect(state.open).toBe(0);
});
