import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';

interface Update {
  readonly customerId: string;
}

// socket.io alone, with the settings of the gateway: a socket gets what its customer is sent.
const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
const sockets = new Map<string, Set<Socket>>();

io.of('/live').on('connection', (socket) => {
  const [, payload = ''] = String(socket.handshake.auth['token']).split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
  const mine = sockets.get(sub) ?? new Set();
  sockets.set(sub, mine.add(socket));
  socket.on('disconnect', () => mine.delete(socket));
  socket.on('subscribe', (_request: object, ack: (answer: object) => void) => ack({ ok: true }));
});

process.on('message', (message: { readonly updates?: readonly (Update & object)[] }) => {
  for (const { customerId, ...update } of message.updates ?? []) {
    for (const socket of sockets.get(customerId) ?? []) socket.emit('order.updated', update);
  }
});
process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
