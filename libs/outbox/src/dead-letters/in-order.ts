import { claimRuns, standOf, type Run, type Stand } from '../key-numbers/claim-runs.js';
import type { TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Arrival } from './arrival.js';
import type { KeyPlace } from './parked-keys.js';

/** An arrival whose group knows it by its number within its key. */
export type Numbered = Arrival & { readonly number: bigint };

export type NumberClaim = { readonly is: 'new' | 'parked' } | Stand;

const LATER_PARKED = `
select coalesce(bool_or(number > $4), false) and not coalesce(bool_or(number <= $4), false) as later
from ${INBOX_SCHEMA}.dead_letter where group_name = $1 and stream = $2 and key = $3 and holds_key`;

export function isNumbered(arrival: Arrival): arrival is Numbered {
  return arrival.number !== undefined && arrival.delivery.key !== null;
}

export function runOf({ event, number }: Numbered, { key }: KeyPlace): Run {
  return { source: event.source, key, first: number, last: number };
}

/** Takes the number when it is the next of its key; says where it stands when it is not. */
export async function claimNumber(
  executor: TransactionExecutor,
  arrival: Numbered,
  place: KeyPlace,
  { parkedToo }: { readonly parkedToo: boolean },
): Promise<NumberClaim> {
  const run = runOf(arrival, place);
  const [claim] = await claimRuns(executor, place, [run], { parkedToo });
  if (claim === 'other') return standOf(executor, place, run);
  return { is: claim as 'new' | 'parked' };
}

/** Whether it is what the events that are parked of its key wait for. The key's row must be locked. */
export async function isBeforeParked(
  executor: TransactionExecutor,
  { number }: Numbered,
  { group, stream, key }: KeyPlace,
): Promise<boolean> {
  const { rows } = await executor.query(LATER_PARKED, [group, stream, key, `${number}`]);
  return (rows[0] as { later: boolean }).later;
}
