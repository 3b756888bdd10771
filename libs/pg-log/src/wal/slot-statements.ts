import { SERVER_STATEMENT } from '../group-statements.js';

/** Appends are refused before the server, which keeps at most so much for a slot, gives the slot up. */
const SAFE_SHARE = 0.8;

/** Up to where appends are taken; `confirmed` and `restart` are expressions. */
function fullAt(confirmed: string, restart: string): string {
  const kept = `pg_size_bytes(current_setting('max_slot_wal_keep_size'))`;
  return `case when sealed_at is null then least(${confirmed} + max_bytes::numeric,
    case when ${kept} >= 0 then ${restart} + floor(${kept} * ${SAFE_SHARE}) end) else '0/0' end`;
}

/** What keeps the slot of a log in the WAL, and who reads it. All times are the database's clock. */
export function slotStatements(schema: string) {
  const s = `"${schema}"`;
  const mine = 'w.owner = $1 and w.fence = $2';
  const move = `
  confirmed = greatest(w.confirmed, $3::pg_lsn),
  confirmed_at = case when $3::pg_lsn > w.confirmed then clock_timestamp() else w.confirmed_at end,
  full_at = ${fullAt('greatest(w.confirmed, $3::pg_lsn)', 'r.restart_lsn')}
from pg_replication_slots r
where r.slot_name = w.name and r.wal_status <> 'lost' and w.lost is null and ${mine}`;
  return {
    /** The row, and the slot as the server has it. */
    state: `select w.name, w.server, w.lost, w.lost_at, w.made_at, w.confirmed::text, w.confirmed_at,
  w.max_bytes::text, w.owner, w.leased_until > clock_timestamp() as leased,
  r.slot_name is not null as there, r.wal_status, r.active, r.active_pid,
  r.confirmed_flush_lsn::text as flushed, r.safe_wal_size::text as safe_bytes,
  pg_current_wal_insert_lsn()::text as now,
  greatest(pg_current_wal_insert_lsn() - w.confirmed, 0)::text as waiting_bytes,
  (pg_current_wal_insert_lsn() - r.restart_lsn)::text as kept_bytes,
  pg_current_wal_insert_lsn() > w.full_at as full, (${SERVER_STATEMENT}) as here
from ${s}.wal_slot w left join pg_replication_slots r
  on r.slot_name = w.name and r.database = current_database()`,

    /** $1 name, $2 server, $3 confirmed, $4 max bytes */
    record: `insert into ${s}.wal_slot (name, server, confirmed, max_bytes, full_at)
values ($1, $2, $3, $4::bigint, $3::pg_lsn + $4::numeric)
on conflict (only_row) do update set name = excluded.name, server = excluded.server,
  made_at = clock_timestamp(), confirmed = excluded.confirmed, confirmed_at = clock_timestamp(),
  max_bytes = excluded.max_bytes, full_at = excluded.full_at, sealed_at = null, lost = null, lost_at = null,
  owner = null, fence = wal_slot.fence + 1, leased_until = '-infinity'`,

    /** $1 max bytes; appends are taken again */
    bound: `update ${s}.wal_slot w
set max_bytes = $1::bigint, full_at = w.confirmed + $1::numeric, sealed_at = null
where (w.max_bytes <> $1::bigint or w.sealed_at is not null) and w.lost is null`,

    /** From now on appends are refused; see {@link sealLock}. */
    seal: `update ${s}.wal_slot set sealed_at = pg_current_wal_insert_lsn(), full_at = '0/0'
where sealed_at is null`,

    /** Unless something of a sealed log is unconfirmed. */
    drop: `delete from ${s}.wal_slot where sealed_at is null or confirmed >= sealed_at returning name`,

    /** Waits for transactions that have appended: they hold a lock on what they have looked at. */
    sealLock: `lock table ${s}.wal_slot in access exclusive mode`,

    /** $1 name, $2 why: from now on appends are refused */
    lose: `update ${s}.wal_slot set lost = $2, lost_at = clock_timestamp(), full_at = '0/0'
where name = $1 and lost is null`,

    /** $1 who */
    recordLoss: `insert into ${s}.wal_loss (lost_at, slot, reason, missing_from, missing_since, reset_by)
select lost_at, name, lost, confirmed, confirmed_at, $1 from ${s}.wal_slot where lost is not null`,

    /** $1 owner, $2 lease in ms → fence and place, when nobody else has it */
    claim: `update ${s}.wal_slot w
set owner = $1, fence = w.fence + 1, leased_until = clock_timestamp() + $2 * interval '1 ms'
where (w.leased_until < clock_timestamp() or w.owner = $1) and w.lost is null
returning w.fence::text, w.confirmed::text`,

    /** $1 owner, $2 fence, $3 confirmed, $4 lease in ms, $5 unfinished, $6 since when → a row while it is held */
    advance: `update ${s}.wal_slot w
set leased_until = clock_timestamp() + $4 * interval '1 ms', unfinished = $5, oldest_at = $6, ${move}
returning true as held`,

    /** What the one that reads has noted last; nothing when nobody does. */
    noted: `select unfinished, oldest_at from ${s}.wal_slot
where leased_until > clock_timestamp() and lost is null`,

    /** $1 owner, $2 fence, $3 confirmed */
    release: `update ${s}.wal_slot w set owner = null, leased_until = '-infinity', ${move}`,

    /** $1 name: ends who reads the slot without having the lease */
    evict: `select pg_terminate_backend(active_pid) from pg_replication_slots
where slot_name = $1 and active`,
  };
}
