import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '@mesh/messaging/testing/random';
import { eventually } from '@mesh/tools/testing/eventually';
import { Server } from 'socket.io';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Watcher } from './watcher.js';

const http = createServer();
const server = new Server(http);
let gateway = '';
/** What the feed has; its cursors are numbers. */
const feed: { orderId: string; version: number; cursor: string }[] = [];
const asked: unknown[] = [];

beforeAll(async () => {
  await once(http.listen(0, '127.0.0.1'), 'listening');
  gateway = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  server.of('/live').on('connection', (socket) => {
    socket.on('subscribe', (wanted: { cursor?: string }, ack: (answer: object) => void) => {
      asked.push(wanted);
      const from = Number(wanted.cursor ?? feed.length);
      ack({ ok: true, cursor: String(from) });
      void socket.join('feed');
      for (const update of feed.slice(from)) socket.emit('order.updated', update);
    });
  });
});
afterAll(() => server.close());

const tell = (orderId: string, version: number) => {
  const update = { orderId, version, cursor: String(feed.length + 1) };
  feed.push(update);
  server.of('/live').to('feed').emit('order.updated', update);
};

describe('Watcher', () => {
  it('given connections that are cut, then it comes back with the cursor it has, and writes down each update as it came', async () => {
    const watcher = new Watcher({
      ...{ gateways: [gateway], token: 't', random: new Random(1) },
      subscription: ({ cursor }) => ({ feed: 'orders', ...(cursor && { cursor }) }),
    });
    await watcher.ready;
    for (let version = 1; version <= 20; version += 1) {
      tell('o1', version);
      if (version % 5 !== 0) continue;
      const before = asked.length;
      server.of('/live').disconnectSockets(true);
      await eventually('it is back', () => asked.length > before);
    }
    await eventually('all is seen', () => watcher.seen.length >= 20);
    await watcher.close();
    expect(watcher.seen).toEqual(
      Array.from({ length: 20 }, (_, index) => ({
        ...{ kind: 'updated', orderId: 'o1', version: index + 1 },
      })),
    );
    expect(asked[0]).toEqual({ feed: 'orders' });
    expect(watcher.connections).toBeGreaterThanOrEqual(5);
  });

  it('given a snapshot, then it writes down what that covers, and goes on after it', async () => {
    const watcher = new Watcher({
      ...{ gateways: [gateway], token: 't', random: new Random(2) },
      subscription: ({ cursor }) => ({ feed: 'orders', ...(cursor && { cursor }) }),
    });
    await watcher.ready;
    const snapshot = { items: [{ orderId: 'o1', version: 20 }] };
    const before = asked.length;
    server
      .of('/live')
      .to('feed')
      .emit('resync', { reason: 'CURSOR_TOO_OLD', snapshot, cursor: '7' });
    await eventually('it is told', () => watcher.seen.length > 0);
    server.of('/live').disconnectSockets(true);
    await eventually('it is back', () => asked.length > before);
    await watcher.close();
    expect(watcher.seen[0]).toEqual({ kind: 'resync', versions: new Map([['o1', 20]]) });
    expect(asked[before]).toEqual({ feed: 'orders', cursor: '7' });
  });
});
