import { NUMBERS_AN_ERA } from '@mesh/pg-log';
import type { TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';

/** Events of a key that follow each other, by their numbers; `first` and `last` of one event are equal. */
export interface Run {
  readonly source: string;
  readonly key: string;
  readonly first: bigint;
  readonly last: bigint;
}

/** Where keys stand: for a group, on a stream. */
export interface RunPlace {
  readonly group: string;
  readonly stream: string;
}

// What a key's row does not wait for is left alone, and who comes second to a row waits for the first one's
// transaction: then the row is looked at as it was committed. In the order of the index, so that two batches
// wait for each other in one direction alone. The first number of an era follows whatever was before.
const CLAIM = `
with arrived as materialized (
  select * from unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[]) as a(source, key, first, last)
), parked as materialized (
  select p.key from ${INBOX_SCHEMA}.parked_key p
  where not $7 and p.group_name = $1 and p.stream = $2 and p.key in (select key from arrived)
), claimed as (
  insert into ${INBOX_SCHEMA}.key_number as k (group_name, stream, source, key, first, number)
  select $1, $2, a.source, a.key, a.first, a.last from arrived a
  where a.key not in (select key from parked) order by a.source, a.key
  on conflict (group_name, stream, source, key) do update
  set number = excluded.number, handled_at = clock_timestamp()
  where k.number = excluded.first - 1
    or (excluded.first % ${NUMBERS_AN_ERA} = 1 and k.number < excluded.first)
  returning source, key
)
select source, key from claimed union all select null, key from parked`;
const READ = `
select first, number from ${INBOX_SCHEMA}.key_number
where group_name = $1 and stream = $2 and source = $3 and key = $4`;
/** Of one run: `other` is a repeat or a gap, which {@link standOf} tells. */
export type RunClaim = 'new' | 'other' | 'parked';

/**
 * Takes the runs that are next for their keys, in the transaction of their effects: one statement, and a
 * row's change a key. Runs have keys of their own. With `parkedToo` also those of parked keys.
 */
export async function claimRuns(
  executor: TransactionExecutor,
  { group, stream }: RunPlace,
  runs: readonly Run[],
  { parkedToo = false } = {},
): Promise<readonly RunClaim[]> {
  const { rows } = await executor.query(CLAIM, [
    ...[group, stream, runs.map(({ source }) => source), runs.map(({ key }) => key)],
    ...[runs.map(({ first }) => `${first}`), runs.map(({ last }) => `${last}`), parkedToo],
  ]);
  const found = rows as readonly { readonly source: string | null; readonly key: string }[];
  const names = new Set(found.map(nameOf));
  return runs.map(({ source, key }) => {
    if (names.has(nameOf({ source, key }))) return 'new';
    return names.has(nameOf({ source: null, key })) ? 'parked' : 'other';
  });
}

/**
 * Where a number stands that is not next. `repeated`: it was taken. `gap`: one before it is missing.
 * `before`: the group saw only later ones.
 */
export type Stand =
  { readonly is: 'repeated' | 'before' } | { readonly is: 'gap'; readonly last: bigint };

export async function standOf(
  executor: TransactionExecutor,
  { group, stream }: RunPlace,
  { source, key, first: number }: Run,
): Promise<Stand> {
  const { rows } = await executor.query(READ, [group, stream, source, key]);
  const [row] = rows as readonly { readonly first: string; readonly number: string }[];
  if (row === undefined) return { is: 'gap', last: 0n };
  if (number < BigInt(row.first)) return { is: 'before' };
  return number <= BigInt(row.number)
    ? { is: 'repeated' }
    : { is: 'gap', last: BigInt(row.number) };
}

function nameOf({ source, key }: { readonly source: string | null; readonly key: string }): string {
  // No text of PostgreSQL has a NUL.
  return `${source}\0${key}`;
}
