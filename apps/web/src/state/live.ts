import { signal } from '@preact/signals';
import { connectLive, type LiveClient, type LiveState } from '@mesh/live-client';
import { alert, withdraw, wordsOf } from './alert.js';
import { now } from './clock.js';
import { heard, live as isLive, wentAway } from './heard.js';
import { liveOrders, liveStock, type OrdersEvent } from './live-resources.js';
import { loadOrder, loadOrders, orders, takeOrders } from './orders.js';
import { customer, handsOutTokens, signIn, token, useToken } from './session.js';
import { loadStock, stockUpdated } from './stock.js';

export const connection = signal<LiveState>({ phase: 'idle', attempt: 0 });
/** Until when a person cut the connection; ms since the epoch. */
export const cutUntil = signal<number | undefined>(undefined);

const cutMs = 10_000;
let live: LiveClient | undefined;

/** Keeps orders and stock live, and goes on from the kept cursor: after a cut, a restart, a reload. */
export function goLive(): void {
  live?.close();
  const opened = connectLive({
    token: ({ reason }) => (reason === 'connect' && token.value ? token.value : signIn()),
    reconnect: { minMs: 300, maxMs: 3_000 },
  });
  live = opened;
  opened.onState((state) => {
    connection.value = state;
    if (tokenEnded(state) && handsOutTokens.value === false) {
      useToken('');
      alert.value = 'Your token has ended or is refused. Sign in with a new one.';
    }
    if (state.phase === 'live') {
      withdraw();
      isLive(now());
    } else wentAway(now());
  });
  opened.states(liveStock).listen(async (event) => {
    if (event.type === 'updated') stockUpdated(event);
    else await loadStock();
  }, told);
  const feed = opened.follow(liveOrders, {
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
  const one = live?.watch(liveOrders, orderId, { afterVersion: 0 });
  one?.listen(
    (event) =>
      event.type === 'updated' ? heard(event, { fromHistory: true }) : loadOrder(orderId),
    (error) => error?.code === 'ORDER_NOT_FOUND' && missing(),
  );
  return () => one?.close();
}

/** Drops the live connection and stays away for 10 s. */
export function cutConnection(): void {
  if (!live || cutUntil.value !== undefined) return;
  cutUntil.value = now() + cutMs;
  live.suspend();
  setTimeout(() => {
    cutUntil.value = undefined;
    live?.resume();
  }, cutMs);
}

const tokenEnded = ({ phase, error }: LiveState): boolean =>
  phase !== 'live' && (error?.code === 'UNAUTHENTICATED' || error?.code === 'TOKEN_EXPIRED');

function told(error?: unknown): void {
  if (error instanceof Error) alert.value = wordsOf(error);
}
