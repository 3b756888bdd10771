import { chosen, columnsOf } from '../handle-batch.js';
import type { TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import { placeOf, type Arrival } from './arrival.js';

// Not parked by the snapshot of this statement, as for a single event. Claims in the order of the
// index, so that batches with events in common wait for each other in one direction alone.
const CLAIM_ALL = `
with arrived as materialized (
  select * from unnest($3::text[], $4::text[], $5::text[]) as a(source, id, key)
), parked as materialized (
  select p.key from ${INBOX_SCHEMA}.parked_key p
  where p.group_name = $1 and p.stream = $2 and p.key in (select key from arrived)
), claimed as (
  insert into ${INBOX_SCHEMA}.handled (group_name, source, event_id)
  select $1, a.source, a.id from arrived a
  where a.key is null or a.key not in (select key from parked) order by a.source, a.id
  on conflict do nothing returning source, event_id
)
select source, event_id as id, null as key from claimed union all select null, null, key from parked`;

/** What stands about an arrival: `new` is noted now, `repeated` was before, `parked` is its key. */
export type Claim = 'new' | 'repeated' | 'parked';

interface Row {
  readonly source: string;
  readonly id: string;
  readonly key: string | null;
}

/** Notes those in the inbox that it has no note of, except of parked keys. All of one group and stream. */
export async function claimBatch(
  executor: TransactionExecutor,
  arrivals: readonly Arrival[],
): Promise<readonly Claim[]> {
  const [first] = arrivals;
  if (first === undefined) return [];
  const events = arrivals.map(({ event }) => event);
  const keys = arrivals.map((arrival) => placeOf(arrival)?.key ?? null);
  const { rows } = await executor.query(CLAIM_ALL, [
    ...[first.group, first.delivery.source],
    ...[...columnsOf(events), keys],
  ]);
  const found = rows as readonly Row[];
  const fresh = new Set(
    chosen(
      events,
      found.filter(({ key }) => key === null),
    ),
  );
  const parked = new Set(found.flatMap(({ key }) => key ?? []));
  return events.map((event, at) => {
    if (fresh.has(event)) return 'new';
    const key = keys[at] ?? null;
    return key !== null && parked.has(key) ? 'parked' : 'repeated';
  });
}
