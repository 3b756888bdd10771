import type { TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Arrival } from './arrival.js';
import { textFor, type Failure } from './failure.js';
import { storeHeaders } from './stored-headers.js';

const INSERT = `insert into ${INBOX_SCHEMA}.dead_letter
(group_name, stream, key, event_source, event_id, event_type, holds_key, behind, reason, error_code, error_message,
 fingerprint, attempts, first_failed_at, last_failed_at, position, routing_key, headers, body, attributes, data)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
on conflict do nothing returning id`;

/** Writes the record; its id, or undefined when there is one of this event already. */
export async function insertRecord(
  executor: TransactionExecutor,
  { group, delivery, event }: Arrival,
  failure: Failure & { readonly holdsKey: boolean; readonly behind: string | null },
): Promise<string | undefined> {
  const { data, ...attributes } = event;
  const { rows } = await executor.query(INSERT, [
    group,
    delivery.source,
    delivery.key === null ? null : textFor(delivery.key),
    event.source,
    event.id,
    event.type,
    failure.holdsKey,
    failure.behind,
    failure.reason,
    failure.code,
    failure.message,
    failure.fingerprint,
    failure.attempts,
    failure.firstFailedAt,
    failure.lastFailedAt,
    delivery.position,
    delivery.routingKey === null ? null : textFor(delivery.routingKey),
    storeHeaders(delivery.headers),
    Buffer.from(delivery.body),
    JSON.stringify(attributes),
    dataApart(data, delivery.body),
  ]);
  return (rows[0] as { id: string } | undefined)?.id;
}

/** In structured mode the data stands inside of the body. */
function dataApart(data: Uint8Array | undefined, body: Uint8Array): Buffer | null {
  if (data === undefined || Buffer.compare(data, body) === 0) return null;
  return Buffer.from(data);
}
