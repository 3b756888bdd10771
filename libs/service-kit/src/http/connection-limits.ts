import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { metrics, type Logger } from '@mesh/tracing';
import { addressOwner, type Trusts } from './addresses.js';

const refused = metrics.counter({
  name: 'mesh_http_connections_refused_total',
  help: 'Connections that were closed at once, by the limit that they met',
  labels: ['limit'],
});

export interface ConnectionLimits {
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  /** Proxies, which connect for many. */
  readonly trusted: Trusts;
}

/** So that a flood is told, and does not flood the log. */
const tellEveryMs = 60_000;

/** Closes connections at once that are too many, in all or of one address (of a /64 for IPv6). */
export function limitConnections(
  server: Server,
  { maxConnections, maxPerAddress, trusted }: ConnectionLimits,
  log: Logger,
): void {
  const open = new Map<string, number>();
  const tell = every(tellEveryMs);
  const count = (limit: 'all' | 'address', max: number) => {
    refused.inc({ limit });
    if (tell(limit)) log.warn({ limit, max }, 'Connections are refused: there are too many');
  };
  server.maxConnections = maxConnections;
  server.on('drop', () => count('all', maxConnections));
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (trusted(address)) return;
    const owner = addressOwner(address);
    const now = (open.get(owner) ?? 0) + 1;
    open.set(owner, now);
    socket.once('close', () => {
      const left = (open.get(owner) ?? 1) - 1;
      if (left === 0) open.delete(owner);
      else open.set(owner, left);
    });
    if (now <= maxPerAddress) return;
    count('address', maxPerAddress);
    socket.destroy();
  });
}

function every(ms: number): (what: string) => boolean {
  const told = new Map<string, number>();
  return (what) => {
    const now = performance.now();
    if (now - (told.get(what) ?? -Infinity) < ms) return false;
    told.set(what, now);
    return true;
  };
}
