import {
  type FailurePolicy,
  DepthLimit,
  installDeadLetters,
  installResets,
  Outbox,
  outboxLog,
  OutboxOperations,
  RelayDeadLetters,
  watchOpenTransactions,
} from '@mesh/outbox';
import type { PgLog } from '@mesh/pg-log';
import { metrics } from '@mesh/tracing';
import type { Pool } from 'pg';
import type { Authenticator } from '../auth/authenticator.js';
import type { Runtime } from '../lifecycle/runtime.js';
import { outboxRoutes } from './outbox-routes.js';
import { parkedRoutes } from './parked-routes.js';
import { publishersOf, ServiceRelay, type RelayParts } from './relay.js';

const limits = metrics.gauge({
  name: 'mesh_outbox_limit_events',
  help: 'Events that may wait to be published; more are refused',
});

export interface OutboxConfig {
  readonly OUTBOX_MAX_EVENTS?: number;
  readonly OUTBOX_UNPUBLISHABLE?: FailurePolicy;
}

/** Needs the database, which is migrated by then: both make schemas of their own in it. */
export async function openLog(_db: unknown, pool: Pool, { lifecycle }: Runtime): Promise<PgLog> {
  const log = outboxLog({ pool, singleGroup: true });
  await log.install();
  await installDeadLetters(pool);
  await installResets(pool);
  lifecycle.onStop('close', 'outbox log', () => log.close());
  return log;
}

/** How much of the outbox may wait. */
export function openLimit(pool: Pool, { OUTBOX_MAX_EVENTS: maxEvents }: OutboxConfig): DepthLimit {
  const limit = new DepthLimit({ pool, ...(maxEvents !== undefined && { maxEvents }) });
  limits.set(limit.max);
  return limit;
}

export function openOutbox(log: PgLog, admission: DepthLimit, { name }: Runtime): Outbox {
  return new Outbox({ log, source: `/${name}`, admission });
}

/** Publishes what the service appends, and offers to operators to look at it and to reset it. */
export function relayOutbox(
  parts: RelayParts & {
    readonly limit: DepthLimit;
    readonly authenticator: Authenticator | undefined;
  },
): void {
  const { pool, log, limit, authenticator, runtime } = parts;
  const relay = new ServiceRelay(parts);
  runtime.lifecycle.onStop('close', 'open transactions', watchOpenTransactions(pool));
  runtime.management.add(
    '/outbox',
    outboxRoutes({
      ...{ authenticator, log: runtime.log, maxEvents: limit.max },
      operations: new OutboxOperations({ pool, log }),
      onReset: () => relay.resume(),
    }),
  );
  const letters = new RelayDeadLetters({ pool, publishers: publishersOf(parts.transports) });
  runtime.management.add(
    '/outbox-parked',
    parkedRoutes({ authenticator, log: runtime.log, letters }),
  );
}
