import type { LogRow } from '@mesh/pg-log';
import { OUTBOX_SCHEMA } from '../outbox.js';
import type { Queryable } from '../postgres/queryable.js';

const PARK = `insert into ${OUTBOX_SCHEMA}.dead_letter
(position, stream, key, routing_key, headers, body, appended_at, reason, error)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`;

/**
 * Copies a row that can never be published to the dead letters, with the error's code as its
 * reason. Once, however often it is called for the row.
 */
export async function park(pool: Queryable, row: LogRow, error: unknown): Promise<void> {
  const { code, message } = describe(error);
  await pool.query(PARK, [
    row.position,
    row.stream,
    row.key,
    row.routingKey,
    JSON.stringify(row.headers),
    row.body,
    row.appendedAt,
    code,
    message,
  ]);
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return { code, message: error.message };
}
