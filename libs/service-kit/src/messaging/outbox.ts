import {
  type FailurePolicy,
  DepthLimit,
  installDeadLetters,
  installResets,
  LogicalOutboxOperations,
  openOutbox as openOutboxLog,
  Outbox,
  OutboxOperations,
  RelayDeadLetters,
  type OpenedOutbox,
  type RelayMode,
  watchOpenTransactions,
} from '@mesh/outbox';
import { metrics } from '@mesh/tracing';
import type { Pool } from 'pg';
import type { Authenticator } from '../auth/authenticator.js';
import type { Runtime } from '../lifecycle/runtime.js';
import { retainOutbox, type RetentionConfig } from '../retention/messaging-retention.js';
import { outboxRoutes } from './outbox-routes.js';
import { parkedRoutes } from './parked-routes.js';
import { publishersOf, ServiceRelay, type RelayParts } from './relay.js';
import { watchSlot } from './slot-metrics.js';

const limits = metrics.gauge({
  name: 'mesh_outbox_depth_limit',
  help: 'Events that may wait to be published; more are refused',
});

export interface OutboxConfig extends RetentionConfig {
  readonly OUTBOX_MAX_EVENTS?: number;
  readonly OUTBOX_UNPUBLISHABLE?: FailurePolicy;
  readonly OUTBOX_RELAY?: RelayMode;
  readonly OUTBOX_MAX_WAL_MIB?: number;
}

const MIB = 1024 ** 2;

/** Needs the database, which is migrated by then: both make schemas of their own in it. */
export async function openLog(
  _db: unknown,
  pool: Pool,
  config: OutboxConfig,
  runtime: Runtime,
): Promise<OpenedOutbox> {
  const { OUTBOX_RELAY: mode = 'polling', OUTBOX_MAX_WAL_MIB: walMib } = config;
  const { lifecycle } = runtime;
  const opened = await openOutboxLog(mode, {
    pool,
    ...(walMib !== undefined && { maxWalBytes: walMib * MIB }),
  });
  await installDeadLetters(pool);
  await installResets(pool);
  lifecycle.onStop('close', 'outbox log', () => opened.close());
  if (opened.mode === 'logical')
    lifecycle.onStop(
      'close',
      'slot metrics',
      watchSlot(() => opened.log.state()),
    );
  else retainOutbox(opened.log, config, runtime);
  return opened;
}

/** How much of the outbox may wait. */
export function openLimit(pool: Pool, { OUTBOX_MAX_EVENTS: maxEvents }: OutboxConfig): DepthLimit {
  const limit = new DepthLimit({ pool, ...(maxEvents !== undefined && { maxEvents }) });
  limits.set(limit.max);
  return limit;
}

/** In the WAL, the statement of an append looks at the limit by itself. */
export function openOutbox(
  { mode, outbox: log }: OpenedOutbox,
  admission: DepthLimit,
  { name }: Runtime,
): Outbox {
  const source = `/${name}`;
  return new Outbox(mode === 'polling' ? { log, source, admission } : { log, source });
}

/** Publishes what the service appends, and offers to operators to look at it and to reset it. */
export function relayOutbox(
  parts: RelayParts & {
    readonly limit: DepthLimit;
    readonly authenticator: Authenticator | undefined;
  },
): void {
  const { pool, opened, limit, authenticator, runtime } = parts;
  const relay = new ServiceRelay(parts);
  runtime.lifecycle.onStop('close', 'open transactions', watchOpenTransactions(pool));
  runtime.management.add(
    '/outbox',
    outboxRoutes({
      ...{ authenticator, log: runtime.log },
      maxEvents: opened.mode === 'polling' ? limit.max : null,
      operations:
        opened.mode === 'polling'
          ? new OutboxOperations({ pool, log: opened.log })
          : new LogicalOutboxOperations({ pool, log: opened.log, table: opened.table }),
      onReset: () => relay.resume(),
    }),
  );
  const letters = new RelayDeadLetters({ pool, publishers: publishersOf(parts.transports) });
  runtime.management.add(
    '/outbox-parked',
    parkedRoutes({ authenticator, log: runtime.log, letters }),
  );
}
