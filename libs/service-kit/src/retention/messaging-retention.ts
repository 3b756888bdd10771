import { forgetAudit, forgetHandled, forgetIdleKeys, RELAY_GROUP } from '@mesh/outbox';
import type { PgLog } from '@mesh/pg-log';
import type { Pool } from 'pg';
import type { Runtime } from '../lifecycle/runtime.js';
import { given, toldRetention } from './log-retention.js';
import type { Retention } from './retention.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** As `databaseConfig` and `outboxConfig` have it, in milliseconds and bytes. */
export interface RetentionConfig {
  readonly INBOX_RETENTION?: number;
  readonly AUDIT_RETENTION?: number;
  readonly OUTBOX_RETENTION?: number;
  readonly OUTBOX_RETENTION_BYTES?: number;
}

/** Keeps the outbox bounded until shutdown. What is not relayed stays: the depth limit bounds that. */
export function retainOutbox(
  log: PgLog,
  config: RetentionConfig,
  { log: say, lifecycle }: Runtime,
): void {
  const tell = (level: 'error' | 'warn') => (fields: object, text: string) =>
    say[level](fields, text);
  const loop = log.retain(
    toldRetention(
      'mesh_outbox',
      { error: tell('error'), warn: tell('warn') },
      {
        groups: [RELAY_GROUP],
        ...given('keepMs', config.OUTBOX_RETENTION),
        ...given('maxBytes', config.OUTBOX_RETENTION_BYTES),
      },
    ),
  );
  lifecycle.onStop('flush', 'outbox retention', () => loop.stop());
}

/** Lets the inbox forget, and the records of what operators did go. */
export function retainInbox(
  retention: Retention,
  pool: Pool,
  {
    INBOX_RETENTION: inboxMs = 8 * DAY_MS,
    AUDIT_RETENTION: auditMs = 365 * DAY_MS,
  }: RetentionConfig,
): void {
  retention.add({
    name: 'inbox',
    everyMs: 10 * MINUTE_MS,
    run: (now, signal) => forgetHandled(pool, { keepMs: inboxMs, now, signal }),
  });
  retention.add({
    name: 'inbox keys',
    everyMs: 6 * HOUR_MS,
    run: (now, signal) => forgetIdleKeys(pool, { keepMs: inboxMs, now, signal }),
  });
  retention.add({
    name: 'audit',
    everyMs: HOUR_MS,
    run: (now, signal) => forgetAudit(pool, { keepMs: auditMs, now, signal }),
  });
}
