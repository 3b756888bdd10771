import type { HandledEvent } from './inbox.js';
import { executorOf, type OpenTransaction, type TransactionExecutor } from './open-transaction.js';
import { INBOX_SCHEMA } from './postgres/inbox-schema.js';

// In the order of the index: of two batches with events in common, one waits for the other, and never
// the other for the one.
const RECORD_ALL = `
insert into ${INBOX_SCHEMA}.handled (group_name, source, event_id)
select $1, e.source, e.id from unnest($2::text[], $3::text[]) as e(source, id) order by e.source, e.id
on conflict do nothing returning source, event_id as id`;

type Named = Pick<HandledEvent, 'source' | 'id'>;

/**
 * Like `handleOnce` for several events of a group at once: runs the effect with those that the group
 * has not handled before, in their order, and not at all when there is none; returns them. One
 * statement for any number of events.
 *
 * The effect must be that of all of them or of none: when it rejects, let the rejection end the
 * transaction, and handle each event in one of its own to find the guilty one.
 * @throws OutboxError OUTSIDE_TRANSACTION
 */
export async function handleBatch<Event extends Named>(
  tx: OpenTransaction,
  { group, events }: { readonly group: string; readonly events: readonly Event[] },
  effect: (events: readonly Event[]) => Promise<unknown>,
): Promise<readonly Event[]> {
  const fresh = await claimAll(executorOf(tx, 'handleBatch'), group, events);
  if (fresh.length > 0) await effect(fresh);
  return fresh;
}

async function claimAll<Event extends Named>(
  executor: TransactionExecutor,
  group: string,
  events: readonly Event[],
): Promise<readonly Event[]> {
  const { rows } = await executor.query(RECORD_ALL, [group, ...columnsOf(events)]);
  return chosen(events, rows as Named[]);
}

export function columnsOf(events: readonly Named[]): [string[], string[]] {
  return [events.map(({ source }) => source), events.map(({ id }) => id)];
}

/** Those of the events that are named, in their order; of one that comes twice, the first. */
export function chosen<Event extends Named>(
  events: readonly Event[],
  named: readonly Named[],
): Event[] {
  const names = new Set(named.map(nameOf));
  return events.filter((event) => names.delete(nameOf(event)));
}

function nameOf({ source, id }: Named): string {
  // No text of PostgreSQL has a NUL.
  return `${id}\0${source}`;
}
