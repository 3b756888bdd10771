import { sequenceOf } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import { keyFor } from '../dead-letters/arrival.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';
import type { RunPlace } from './claim-runs.js';

const COMING = `${INBOX_SCHEMA}.key_number k
join unnest($3::text[], $4::text[], $5::bigint[]) as e(source, key, number)
  on k.source = e.source and k.key = e.key
where k.group_name = $1 and k.stream = $2 and e.number between k.first and k.number`;
const KNOWN = `select count(*)::int as known from ${COMING}`;
const FORGET = `
delete from ${INBOX_SCHEMA}.key_number
where (group_name, stream, source, key) in (select k.group_name, k.stream, k.source, k.key from ${COMING})`;

/** How many of these a group has taken, where its inbox is by key: a repeat of them has no effect. */
export async function countKnownNumbers(
  pool: Queryable,
  place: RunPlace,
  deliveries: readonly Delivery[],
): Promise<number> {
  const { rows } = await pool.query(KNOWN, valuesOf(place, deliveries));
  return (rows[0] as { known: number }).known;
}

/** Forgets where the keys of these stand: the first event that comes of each begins its count anew. */
export async function forgetNumbers(
  pool: Queryable,
  place: RunPlace,
  deliveries: readonly Delivery[],
): Promise<void> {
  await pool.query(FORGET, valuesOf(place, deliveries));
}

function valuesOf({ group, stream }: RunPlace, deliveries: readonly Delivery[]): unknown[] {
  const numbered = deliveries.flatMap((delivery) => {
    const read = eventOf(delivery);
    return read === undefined || delivery.key === null
      ? []
      : [{ ...read, key: keyFor(delivery.key) }];
  });
  return [
    ...[group, stream, numbered.map(({ source }) => source), numbered.map(({ key }) => key)],
    numbered.map(({ number }) => `${number}`),
  ];
}

/** Undefined when it can't be read or has no number. */
function eventOf(delivery: Delivery): { source: string; number: bigint } | undefined {
  try {
    const event = delivery.event();
    const number = sequenceOf(event);
    return number === undefined ? undefined : { source: event.source, number };
  } catch {
    return undefined;
  }
}
