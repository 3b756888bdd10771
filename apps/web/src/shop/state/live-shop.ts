import { effect, untracked } from '@preact/signals';
import type { LiveClient } from '@mesh/live-client';
import { alert, wordsOf } from '../../state/alert.js';
import { liveClient } from '../../state/live.js';
import { customer } from '../../state/session.js';
import { heard } from './heard.js';
import { liveOrders, liveStock, type OrdersEvent } from './live-resources.js';
import { loadOrder, loadOrders, orders, takeOrders } from './orders.js';
import { loadStock, stockUpdated } from './stock.js';

/** Keeps orders and stock live, and goes on from the kept cursor: after a cut, a restart, a reload. */
export function followShop(): void {
  effect(() => {
    const client = liveClient.value;
    if (client) untracked(() => listen(client));
  });
}

function listen(client: LiveClient): void {
  client.states(liveStock).listen(async (event) => {
    if (event.type === 'updated') stockUpdated(event);
    else await loadStock();
  }, told);
  const feed = client.follow(liveOrders, {
    persist: { storage: sessionStorage, key: `mesh.cursor.${customer.value}` },
  });
  feed.listen(followed, told);
  feed.ready.then(() => Promise.all([loadOrders(), loadStock()])).catch(told);
}

async function followed(event: OrdersEvent): Promise<void> {
  if (event.type === 'updated') return heard(event);
  if (event.reason === 'EPOCH_CHANGED') orders.value = undefined;
  if (event.snapshot) takeOrders(event.snapshot.items);
  else await loadOrders();
}

/** Follows one order from its first version on, until told to stop. */
export function watchOrder(orderId: string, missing: () => void): () => void {
  const one = liveClient.peek()?.watch(liveOrders, orderId, { afterVersion: 0 });
  one?.listen(
    (event) =>
      event.type === 'updated' ? heard(event, { fromHistory: true }) : loadOrder(orderId),
    (error) => error?.code === 'ORDER_NOT_FOUND' && missing(),
  );
  return () => one?.close();
}

function told(error?: unknown): void {
  if (error instanceof Error) alert.value = wordsOf(error);
}
