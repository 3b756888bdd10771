import {
  authConfig,
  durationMs,
  grpcAddress,
  grpcTlsConfig,
  httpConfig,
  readableFile,
  readableFolder,
  serviceConfig,
  transportConfig,
} from '@mesh/service-kit';
import { z } from 'zod';
import type { RateLimit } from './use-cases/rate-limits.js';
import { managementUrls } from './management-urls.js';
import { liveConfig } from './inbound/live-config.js';

const rateLimitForm = 'requests/time, such as 1200/1m with at most 24h, or off';

/** `1200/1m` as what it says; null for `off`. */
function rateLimit(fallback: string) {
  return z
    .string()
    .prefault(fallback)
    .transform((text, context): RateLimit | null => {
      if (text === 'off') return null;
      const [, requests = '', time = ''] = /^(\d{1,9})\/(\w+)$/.exec(text) ?? [];
      const windowSeconds = (durationMs(time) ?? 0) / 1000;
      if (Number(requests) > 0 && windowSeconds >= 1 && windowSeconds <= 86_400)
        return { requests: Number(requests), windowSeconds };
      context.addIssue({ code: 'custom', message: rateLimitForm });
      return z.NEVER;
    });
}

/** What orders need. */
const ordersConfig = {
  ORDER_GRPC_ADDRESS: grpcAddress(),
  /**
   * Where updates of orders come from: announcements that every gateway gets (`amqp`), or a stream to the
   * order service of what is watched here (`grpc`). See docs/adr/0152-where-live-updates-come-from.md.
   */
  LIVE_UPDATES_FROM: z.enum(['amqp', 'grpc']).default('amqp'),
};

/** What stock needs. */
const stockConfig = {
  INVENTORY_GRPC_ADDRESS: grpcAddress(),
  /** The role that the stock feed needs; without one, everybody may have it. */
  LIVE_STOCK_ROLE: z.string().min(1).optional(),
};

/** What the gateway needs, whatever it serves. */
export const edgeSchema = z.object({
  ...serviceConfig,
  ...transportConfig,
  ...authConfig,
  ...httpConfig,
  ...grpcTlsConfig,
  ...liveConfig,
  /** A file of at least 32 bytes that signs the cursors clients keep; the same at every replica. */
  CURSOR_SECRET_FILE: readableFile(32),
  /** Reads of history for sockets that this process makes at once. */
  LIVE_HISTORY_READS: z.coerce.number().int().min(1).max(10_000).default(64),
  /** Reads that wait for one of these, for 10 s at most; more are refused, and clients told when to ask again. */
  LIVE_HISTORY_WAITING: z.coerce.number().int().min(0).max(1_000_000).default(10_000),
  /** The folder of the built page; without it, no page is served. */
  WEB_ROOT: readableFolder().optional(),
  /** Where the launcher keeps the last traces, for the page; in development only. */
  MESH_TRACES_URL: z.url({ protocol: /^https?$/, error: 'an http:// URL' }).optional(),
  /**
   * Server streams over Connect and gRPC-Web that are open at once in this process. Each counts as a request
   * that is served: keep it well below HTTP_MAX_IN_FLIGHT.
   */
  RPC_MAX_STREAMS: z.coerce.number().int().min(0).max(100_000).default(500),
  /** Of these, those of one customer. */
  RPC_MAX_STREAMS_PER_CUSTOMER: z.coerce.number().int().min(0).max(100_000).default(20),
  /**
   * The management ports of the services, for operators: `order=http://order:9090,inventory=…`. Without
   * it, /v1/operations answers 404. It is as open to operators as this gateway is.
   */
  OPERATIONS_URLS: managementUrls().optional(),
  /** Requests of one address (of a /64 for IPv6), as `requests/time`, or `off`. */
  RATE_LIMIT_ADDRESS: rateLimit('6000/1m'),
  /** Requests of one customer. */
  RATE_LIMIT_CUSTOMER: rateLimit('1200/1m'),
  /** A postgres:// database in which replicas count together; each counts for itself unless set. */
  RATE_LIMIT_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'a URL that starts with postgres://' })
    .optional(),
  /** Origins of pages elsewhere that may call, separated by commas. */
  CORS_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.url({ error: 'origins such as https://shop.example' })))
    .default([]),
});

export const configSchema = edgeSchema.extend({ ...ordersConfig, ...stockConfig });

export type EdgeConfig = z.output<typeof edgeSchema>;
export type Config = z.output<typeof configSchema>;
