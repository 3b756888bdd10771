import type { Executor } from './entry.js';
import { LogError } from './errors.js';
import { SERVER_STATEMENT } from './group-statements.js';
import { EMPTY_SNAPSHOT } from './snapshot.js';

/** Where a group stands, and which database its cursors belong to. */
export interface GroupState {
  /** System identifier of the server and oid of the database, in which the cursors were kept first. */
  readonly boundTo: string;
  /** The same of this database. Where they differ the data was restored or copied. */
  readonly here: string;
  /** Members that are alive. */
  readonly members: number;
  readonly partitions: readonly {
    readonly partition: number;
    /** The member that holds it; null: nobody does. */
    readonly owner: string | null;
    /** Milliseconds that its lease has left; 0 when it ran out. */
    readonly leaseMs: number;
  }[];
}

/** Rows that are kept, and those of them that the cursors had not passed when the copy was made. */
export interface ResetPlan {
  readonly kept: number;
  readonly unfinished: number;
}

const here = `(${SERVER_STATEMENT})`;

/**
 * What is foreign to a database in a log that was restored or copied into it.
 *
 * A row keeps the transaction id that it got where it was written. Here that id may be one that is
 * still to come: no snapshot shows the row until then, and one day it would be taken for new. Of what
 * a statement sees, its own snapshot shows everything that was written here: what it does not show was
 * not. Such rows get the first id of all, which every snapshot but the empty one shows.
 */
export function resetStatements(schema: string) {
  const s = `"${schema}"`;
  return {
    /** $1 group */
    state: `select g.server as "boundTo", ${here} as here,
  (select count(*)::int from ${s}.member m where m.group_name = g.name and m.alive_until > clock_timestamp()) as members,
  (select json_agg(json_build_object('partition', c.partition, 'owner', case when c.leased_until > clock_timestamp() then c.owner end,
    'leaseMs', greatest(0, case when isfinite(c.leased_until) then round(extract(epoch from c.leased_until - clock_timestamp()) * 1000) else 0 end)) order by c.partition)
   from ${s}.cursor c where c.group_name = g.name) as partitions
from ${s}.consumer_group g where g.name = $1`,

    /** $1 group. By the numbers of where the rows and the cursors came from. */
    plan: `select count(*)::int as kept, (count(*) filter (where not pg_visible_in_snapshot(e.xid, c.prev)
    and (c.cur is null or e.position > c.position or not pg_visible_in_snapshot(e.xid, c.cur))))::int as unfinished
from ${s}.entry e join ${s}.cursor c on c.partition = e.partition and c.group_name = $1`,

    /** $1 group, $2 first snapshot or null for the present one → the group, unless its cursors are of this database */
    reset: `with foreign_group as (
  select name from ${s}.consumer_group where name = $1 and server <> ${here} for update
), renumbered as (
  update ${s}.entry set xid = '3' where exists (select from foreign_group)
    and xid >= pg_snapshot_xmin(pg_current_snapshot()) and not pg_visible_in_snapshot(xid, pg_current_snapshot())
  returning true
), moved as (
  update ${s}.cursor set prev = coalesce($2::pg_snapshot, pg_current_snapshot()), cur = null, position = 0,
    owner = null, leased_until = '-infinity', fence = fence + 1
  where group_name = (select name from foreign_group) returning true
), gone as (
  delete from ${s}.member where group_name = (select name from foreign_group)
)
update ${s}.consumer_group set server = ${here} where name = (select name from foreign_group)
returning (select count(*)::int from renumbered) as renumbered`,
  };
}

/** @throws LogError GROUP_UNKNOWN */
export async function groupState(
  executor: Executor,
  schema: string,
  group: string,
): Promise<GroupState> {
  const [state] = await rowsOf<GroupState>(executor, resetStatements(schema).state, [group]);
  if (state === undefined) throw unknown(schema, group);
  return state;
}

export async function planReset(
  executor: Executor,
  schema: string,
  group: string,
): Promise<ResetPlan> {
  const [plan] = await rowsOf<ResetPlan>(executor, resetStatements(schema).plan, [group]);
  return plan!;
}

/**
 * Binds a group of a restored or copied log to this database, in the caller's transaction: it reads
 * everything that is kept again, in the order of its keys, or nothing of it.
 * @throws LogError CURSOR_OWN when its cursors are of this database; GROUP_UNKNOWN
 */
export async function resetGroup(
  executor: Executor,
  { schema, group, from }: { schema: string; group: string; from: 'start' | 'end' },
): Promise<void> {
  const moved = await rowsOf(executor, resetStatements(schema).reset, [
    group,
    from === 'start' ? EMPTY_SNAPSHOT : null,
  ]);
  if (moved.length > 0) return;
  const { here } = await groupState(executor, schema, group);
  throw new LogError(
    'CURSOR_OWN',
    `The cursor of group "${group}" in log "${schema}" belongs to this database, ${here}: there is nothing to reset`,
  );
}

async function rowsOf<Row>(executor: Executor, text: string, values: unknown[]): Promise<Row[]> {
  return ((await executor.query(text, values)) as { rows: Row[] }).rows;
}

function unknown(schema: string, group: string): LogError {
  return new LogError('GROUP_UNKNOWN', `The log "${schema}" has no group "${group}"`);
}
