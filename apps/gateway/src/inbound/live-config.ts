import { bytes, duration } from '@mesh/service-kit';
import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().min(1).max(1_000_000).default(fallback);

/** Bounds of live connections: see docs/how-to/live-updates.md. */
export const liveConfig = {
  /** What may wait for one client that does not read; from a quarter of it on, states of the same thing are conflated. */
  LIVE_BUFFER_BYTES: bytes('1MiB', { min: '16KiB', max: '1GiB' }),
  /** How long a client may take nothing of what waits for it before it is cut off. */
  LIVE_SLOW_TIMEOUT: duration('20s', { min: '100ms', max: '10m' }),
  /** Single things that one connection may be subscribed to. Each costs about 1 kB. */
  LIVE_MAX_WATCHED: count(1000),
  /** Messages of one connection that wait for their answer. */
  LIVE_MAX_PENDING: count(1000),
  /** Messages of one connection that are read in a second; the next ones wait in its TCP connection, or their POST does. */
  LIVE_MAX_MESSAGES_PER_SECOND: count(2000),
  /** The largest message that a client may send. */
  LIVE_MAX_MESSAGE_BYTES: bytes('16KiB', { min: '1KiB', max: '1MiB' }),
  /** Connections of one customer to this process. */
  LIVE_MAX_PER_CUSTOMER: count(2000),
  /** Connections from one address (a /64 for IPv6) to this process; behind a proxy, see TRUST_PROXY. */
  LIVE_MAX_PER_ADDRESS: count(10_000),
  /** Connections that have not said yet who they are; with one more, the oldest of them is closed. */
  LIVE_MAX_UNAUTHENTICATED: count(2000),
  /** How long a connection may take to say who it is. */
  LIVE_AUTH_TIMEOUT: duration('10s', { min: '100ms', max: '1m' }),
  /** How long before the end of its token a client is told; at half of a shorter life. */
  LIVE_EXPIRY_NOTICE: duration('60s', { min: '1s', max: '1h' }),
  /** Over how long connections are ended at shutdown, at most; of the 9 s that a shutdown may take. */
  LIVE_DRAIN: duration('4s', { min: '0s', max: '6s' }),
  /** Compresses messages: less traffic for far more memory and CPU, see docs/adr/0123-no-compression-of-live-updates.md. */
  LIVE_COMPRESSION: z.enum(['off', 'on']).default('off'),
};

export type LiveConfig = z.output<z.ZodObject<typeof liveConfig>>;
