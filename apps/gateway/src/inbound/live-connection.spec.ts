import { afterEach, describe, expect, it, vi } from 'vitest';
import { FeedCursors } from '../use-cases/feed-cursors.js';
import { LiveHub } from '../use-cases/live-hub.js';
import type { Ack } from '../use-cases/live-protocol.js';
import { LiveSessions } from '../use-cases/live-sessions.js';
import { StoredOrders } from '../use-cases/testing/stored-orders.js';
import { LiveConnection } from './live-connection.js';

const claims = (exp: number) => Buffer.from(JSON.stringify({ exp })).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

afterEach(() => {
  vi.useRealTimers();
});

function connect({ lifeSeconds = 3600 } = {}) {
  const store = new StoredOrders();
  const hub = new LiveHub();
  const sessions = new LiveSessions(hub, {
    ...{ orders: store, history: store, failed: () => undefined },
    cursors: new FeedCursors(Buffer.alloc(32)),
  });
  const sent: string[] = [];
  const socket = {
    waitingNow: 0,
    drained: vi.fn(() => Promise.resolve()),
    end: vi.fn(),
    send: (event: string) => void sent.push(event),
    waiting: () => socket.waitingNow,
  };
  const token = `h.${claims(inSeconds(lifeSeconds))}.s`;
  const caller = { customerId: 'ann', roles: [], token };
  const connection = new LiveConnection({ socket, caller, hub, sessions });
  const feed = () =>
    new Promise<Ack>((resolve) =>
      connection.subscribe({ feed: 'orders', cursor: undefined }, resolve),
    );
  return { store, hub, socket, sent, connection, feed };
}

describe('LiveConnection', () => {
  it('ends with its token', () => {
    vi.useFakeTimers();
    const { socket } = connect({ lifeSeconds: 60 });
    vi.advanceTimersByTime(58_000);
    expect(socket.end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(socket.end).toHaveBeenCalledOnce();
  });

  it('given a token that is valid for years, then it does not end at once', () => {
    vi.useFakeTimers();
    const { socket } = connect({ lifeSeconds: 10 * 365 * 86_400 });
    vi.advanceTimersByTime(1_000);
    expect(socket.end).not.toHaveBeenCalled();
  });

  it('given a client that stops reading, then it is cut off, and others are not', async () => {
    const slow = connect();
    const quick = connect();
    await Promise.all([slow.feed(), quick.feed()]);
    slow.socket.waitingNow = 2_001;
    for (const { hub, store } of [slow, quick]) hub.orderUpdated(store.change('a'));
    expect(slow.socket.end).toHaveBeenCalledOnce();
    expect([slow.sent, quick.sent]).toEqual([[], ['order.updated']]);
    slow.connection.close();
    quick.connection.close();
  });

  it('given much that waits to leave, then history waits for it', async () => {
    const { connection, socket } = connect();
    await connection.ready();
    expect(socket.drained).not.toHaveBeenCalled();
    socket.waitingNow = 101;
    await connection.ready();
    expect(socket.drained).toHaveBeenCalledOnce();
    connection.close();
  });

  it('given that it is closed, then nothing is sent', async () => {
    const { connection, feed, hub, store, sent } = connect();
    await feed();
    connection.subscribe({ feed: 'stock' }, () => undefined);
    connection.close();
    hub.orderUpdated(store.change('a'));
    hub.stockUpdated({ sku: 'CUP', available: 1, version: 1 });
    expect(sent).toEqual([]);
  });
});
