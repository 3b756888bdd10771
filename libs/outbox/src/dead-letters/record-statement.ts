import type { TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import { keyFor, type Arrival } from './arrival.js';
import { textFor, type Failure } from './failure.js';
import { storeHeaders } from './stored-headers.js';
import { isRepeatOfUnread } from './unread.js';

/** An arrival on its way into the table. */
export interface NewRecord {
  readonly arrival: Arrival;
  readonly failure: Failure & { readonly holdsKey: boolean; readonly behind: string | null };
}

const TYPES = {
  group_name: 'text',
  stream: 'text',
  key: 'text',
  event_source: 'text',
  event_id: 'text',
  event_type: 'text',
  holds_key: 'boolean',
  behind: 'bigint',
  reason: 'text',
  error_code: 'text',
  error_message: 'text',
  fingerprint: 'text',
  attempts: 'integer',
  first_failed_at: 'timestamptz',
  last_failed_at: 'timestamptz',
  position: 'text',
  routing_key: 'text',
  headers: 'json',
  body: 'bytea',
  attributes: 'json',
  data: 'bytea',
  number: 'bigint',
} as const;
const names = Object.keys(TYPES).join(', ');
const values = Object.keys(TYPES).map((_, at) => `$${at + 1}`);
const arrays = Object.values(TYPES).map((type, at) => `$${at + 1}::${type}[]`);

const INSERT = `insert into ${INBOX_SCHEMA}.dead_letter (${names}) values (${values.join(', ')})
on conflict do nothing returning id`;
// Records, and notes in the inbox that they count as taken, in one statement for any number of arrivals.
const CLAIM_AND_INSERT = `
with arrived as (
  select * from unnest(${arrays.join(', ')}, $${arrays.length + 1}::text[]) with ordinality as a(${names}, repeat_of, n)
), claimed as (
  insert into ${INBOX_SCHEMA}.handled (group_name, source, event_id)
  select group_name, event_source, event_id from arrived a
  where repeat_of is null or not exists (
    select from ${INBOX_SCHEMA}.dead_letter d where d.group_name = a.group_name
      and d.event_source = a.event_source and starts_with(d.event_id, a.repeat_of))
  on conflict do nothing returning group_name, source, event_id
)
insert into ${INBOX_SCHEMA}.dead_letter (${names})
select ${names} from arrived a where exists (
  select from claimed c where c.group_name = a.group_name and c.source = a.event_source and c.event_id = a.event_id)
order by n on conflict do nothing returning event_source as source, event_id as id`;

/** Writes the record; its id, or undefined when there is one of this event already. */
export async function insertRecord(
  executor: TransactionExecutor,
  record: NewRecord,
): Promise<string | undefined> {
  const { rows } = await executor.query(INSERT, valuesOf(record));
  return (rows[0] as { id: string } | undefined)?.id;
}

/** Writes the records of those that the inbox has no note of, and the notes; says which those are. */
export async function claimAndInsert(
  executor: TransactionExecutor,
  records: readonly NewRecord[],
): Promise<boolean[]> {
  const rows = records.map(valuesOf);
  const columns = Object.keys(TYPES).map((_, at) => rows.map((row) => row[at]));
  const repeats = records.map(({ arrival }) => isRepeatOfUnread(arrival) ?? null);
  const written = (await executor.query(CLAIM_AND_INSERT, [...columns, repeats])).rows;
  const ids = new Set((written as { source: string; id: string }[]).map(nameOf));
  // A batch may have an event twice; the first one counts.
  return records.map(({ arrival: { event } }) => ids.delete(nameOf(event)));
}

const nameOf = ({ source, id }: { source: string; id: string }) => JSON.stringify([source, id]);

function valuesOf({
  arrival: { group, delivery, event, unread, number },
  failure,
}: NewRecord): unknown[] {
  const { data, ...attributes } = event;
  return [
    group,
    delivery.source,
    delivery.key === null ? null : keyFor(delivery.key),
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
    unread ? null : JSON.stringify(attributes),
    dataApart(data, delivery.body),
    number === undefined ? null : `${number}`,
  ];
}

/** In structured mode the data stands inside of the body. */
function dataApart(data: Uint8Array | undefined, body: Uint8Array): Buffer | null {
  if (data === undefined || Buffer.compare(data, body) === 0) return null;
  return Buffer.from(data);
}
