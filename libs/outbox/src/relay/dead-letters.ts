import type { LogRow } from '@mesh/pg-log';
import { OutboxError } from '../errors.js';
import { OUTBOX_SCHEMA } from '../outbox-log.js';
import type { Queryable } from '../postgres/queryable.js';

const LETTER = `${OUTBOX_SCHEMA}.dead_letter
  (position, stream, key, routing_key, headers, body, appended_at, reason, error)`;
const VALUES = `$1::bigint, $2::text, $3::text, $4::text, $5::json, $6::bytea, $7::timestamptz, $8::text, $9::text`;
const PARK = `insert into ${LETTER} values (${VALUES}) on conflict do nothing`;
// Waits for a redrive of the key to end, which may set it free.
const PARK_AND_HOLD = `
with held as (
  insert into ${OUTBOX_SCHEMA}.parked_key (stream, key) select $2::text, $3::text where $3::text is not null
  on conflict (stream, key) do update set key = excluded.key
)
${PARK}`;
// `held` is not there while a redrive of the key is under way, and when it has set the key free.
const PARK_BEHIND = `
with held as materialized (
  select from ${OUTBOX_SCHEMA}.parked_key where stream = $2::text and key = $3::text for share skip locked
), parked as (
  insert into ${LETTER} select ${VALUES} where exists (select from held) on conflict do nothing
)
select exists (select from held) as parked,
  exists (select from ${OUTBOX_SCHEMA}.parked_key where stream = $2::text and key = $3::text) as known`;

/**
 * Copies a row that can never be published to the dead letters, with the error's code as its
 * reason. Once, however often it is called for the row. `holdsKey`: its key is parked from now on.
 */
export async function park(
  pool: Queryable,
  row: LogRow,
  { error, holdsKey }: { readonly error: unknown; readonly holdsKey: boolean },
): Promise<void> {
  await pool.query(holdsKey ? PARK_AND_HOLD : PARK, values(row, describe(error)));
}

/**
 * Copies a row to the dead letters behind what is parked of its key; false when the key is not parked.
 * @throws OutboxError KEY_REDRIVEN while the key is being redriven
 */
export async function parkBehind(pool: Queryable, row: LogRow): Promise<boolean> {
  const why = { code: 'BEHIND', message: 'An earlier event of its key is parked' };
  const { rows } = await pool.query(PARK_BEHIND, values(row, why));
  const { parked, known } = rows[0] as { parked: boolean; known: boolean };
  if (!parked && known) {
    throw new OutboxError(
      'KEY_REDRIVEN',
      `The event at position ${row.position} waits until the redrive of its key has ended`,
    );
  }
  return parked;
}

/** Keys behind whose parked events later ones are parked. */
export async function readParkedKeys(pool: Queryable): Promise<{ stream: string; key: string }[]> {
  const { rows } = await pool.query(`select stream, key from ${OUTBOX_SCHEMA}.parked_key`);
  return rows as { stream: string; key: string }[];
}

function values(row: LogRow, { code, message }: { code: string; message: string }): unknown[] {
  return [
    row.position,
    row.stream,
    row.key,
    row.routingKey,
    JSON.stringify(row.headers),
    row.body,
    row.appendedAt,
    code,
    message,
  ];
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return { code, message: error.message };
}
