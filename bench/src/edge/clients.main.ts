import { io, type Socket } from 'socket.io-client';
import { percentile } from '../percentile.js';
import type { ClientsCommand, Connecting, Delivered } from './clients.js';

/** Connections that are made at once. */
const TOGETHER = 50;
/** An acknowledgement does not come when its connection is lost: the run then fails, and does not hang. */
const ACK_TIMEOUT_MS = 60_000;

const sockets: Socket[] = [];
const now = () => performance.timeOrigin + performance.now();
let latencies: number[] = [];
let delivered = 0;
let readTime: (update: { readonly reason?: string; readonly occurredAt: string }) => number;

process.on('message', (message: ClientsCommand) => {
  if ('connect' in message)
    void connect(message.connect).then(() => process.send?.({ connected: true }));
  else if ('report' in message) process.send?.({ delivered: report() });
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

async function connect({ url, tokens, request, clock }: Connecting): Promise<void> {
  readTime =
    clock === 'reason'
      ? ({ reason }) => Number(reason)
      : ({ occurredAt }) => new Date(occurredAt).getTime();
  const left = [...tokens];
  const connectSome = async () => {
    for (let token = left.pop(); token !== undefined; token = left.pop()) {
      const socket = io(`${url}/live`, {
        ...{ transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false },
      });
      sockets.push(socket);
      await new Promise<void>((connected, failed) => {
        socket.once('connect', connected).once('connect_error', failed);
      });
      socket.on('order.updated', (update) => {
        delivered += 1;
        latencies.push(now() - readTime(update));
      });
      const ack = await socket.timeout(ACK_TIMEOUT_MS).emitWithAck('subscribe', request);
      if (!ack.ok) throw new Error(`${ack.code}: ${ack.message}`);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, connectSome));
}

/** What came since the last report. */
function report(): Delivered {
  const result = {
    ...{ count: delivered, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    connected: sockets.filter((socket) => socket.connected).length,
  };
  delivered = 0;
  latencies = [];
  return result;
}
