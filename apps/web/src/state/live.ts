import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { alert } from './alert.js';
import { journeyUpdated } from './journey.js';
import { loadOrders, orderUpdated, type OrderUpdate } from './orders.js';
import { signIn, token } from './session.js';
import { loadStock, stockUpdated } from './stock.js';

export type Connection = 'connecting' | 'live' | 'lost';
export const connection = signal<Connection>('connecting');

interface Ack {
  readonly ok: boolean;
  readonly code?: string;
  readonly cursor?: string;
}

let cursor: string | undefined;

/** Keeps the customer's feed and the stock live; after a disconnect it resumes from the last cursor. */
export function goLive(): Socket {
  const socket = io('/live', {
    transports: ['websocket'],
    auth: (give) => give({ token: token.value }),
    reconnectionDelayMax: 3_000,
  });
  socket.on('connect', () => void resume(socket));
  socket.on('disconnect', () => (connection.value = 'lost'));
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
    connection.value = 'lost';
    if (error.data?.code !== 'UNAUTHENTICATED') return;
    signIn()
      .then(() => socket.connect())
      .catch(() => setTimeout(() => socket.connect(), 3_000));
  });
  socket.on('order.updated', (update: OrderUpdate) => {
    cursor = update.cursor ?? cursor;
    journeyUpdated(update);
    void orderUpdated(update).catch(() => undefined);
  });
  socket.on('resync', (news: { cursor: string }) => {
    cursor = news.cursor;
    void loadOrders();
  });
  socket.on('stock.updated', stockUpdated);
  return socket;
}

async function resume(socket: Socket): Promise<void> {
  const known = cursor;
  const ack = await subscribe(socket, { feed: 'orders', ...(known ? { cursor: known } : {}) });
  if (ack.code === 'CURSOR_INVALID') {
    cursor = undefined;
    return resume(socket);
  }
  cursor ??= ack.cursor;
  await subscribe(socket, { feed: 'stock' });
  connection.value = ack.ok ? 'live' : 'lost';
  if (ack.ok) alert.value = '';
  // What changed before the subscription began is read once; later changes come by themselves.
  await Promise.allSettled([loadStock(), ...(known ? [] : [loadOrders()])]);
}

const subscribe = (socket: Socket, to: object): Promise<Ack> =>
  socket.emitWithAck('subscribe', to) as Promise<Ack>;
