import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

// A socket.io server by itself, for live-compression.ts: `on` or `off` says whether it compresses.
const http = createServer();
const io = new Server(http, {
  serveClient: false,
  perMessageDeflate: process.argv[2] === 'on' && { threshold: 0 },
});

function use() {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return {
    rss: process.memoryUsage().rss,
    cpuMs: (user + system) / 1000,
    clients: io.engine.clientsCount,
  };
}

process.on('message', (updates: number) => {
  for (let one = 0; one < updates; one += 1) {
    for (const socket of io.sockets.sockets.values()) {
      socket.emit('order.updated', {
        ...{ orderId: crypto.randomUUID(), version: 1 + (one % 3), status: 'CONFIRMED' },
        occurredAt: new Date().toISOString(),
        traceparent: `00-${crypto.randomUUID().replaceAll('-', '')}-b7ad6b7169203331-01`,
        cursor: Buffer.from(crypto.randomUUID() + crypto.randomUUID()).toString('base64url'),
      });
    }
  }
  process.send?.(use());
});

http.listen(0, '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port));
