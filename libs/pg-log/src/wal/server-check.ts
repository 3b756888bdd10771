import type pg from 'pg';
import { LogError } from '../errors.js';

interface Fitness {
  readonly version: number;
  readonly wal_level: string;
  readonly may_replicate: boolean;
  readonly role: string;
  readonly slots: number;
  readonly slots_used: number;
  readonly senders: number;
  readonly keep_bytes: string;
  readonly idle_timeout: string | null;
  readonly may_publish: boolean;
}

// Some providers grant a role of theirs instead of the attribute REPLICATION.
const FITNESS = `select current_setting('server_version_num')::int as version,
  current_setting('wal_level') as wal_level, current_user as role,
  (select rolsuper or rolreplication from pg_roles where rolname = current_user)
    or exists (select from pg_roles where rolname in ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')
      and pg_has_role(oid, 'member')) as may_replicate,
  current_setting('max_replication_slots')::int as slots,
  (select count(*)::int from pg_replication_slots where slot_name is distinct from $1) as slots_used,
  current_setting('max_wal_senders')::int as senders,
  pg_size_bytes(current_setting('max_slot_wal_keep_size'))::text as keep_bytes,
  current_setting('idle_replication_slot_timeout', true) as idle_timeout,
  has_database_privilege(current_database(), 'create')
    or exists (select from pg_publication where pubname = $2) as may_publish`;

/**
 * Sees to it that the server can hold a log in its WAL.
 * @throws LogError SERVER_UNFIT that lists every fault
 */
export async function checkServer(
  client: pg.ClientBase,
  { slot, schema, maxBytes }: { slot: string | null; schema: string; maxBytes: number },
): Promise<void> {
  const { rows } = await client.query<Fitness>(FITNESS, [slot, schema]);
  const [fitness] = rows;
  const faults = fitness === undefined ? [] : faultsOf(fitness, maxBytes);
  if (faults.length === 0) return;
  throw new LogError(
    'SERVER_UNFIT',
    `PostgreSQL can't hold the log "${schema}" in its WAL:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}

function faultsOf(server: Fitness, maxBytes: number): string[] {
  const faults: string[] = [];
  const expect = (what: string, fits: boolean, expected: string, received: unknown) => {
    if (!fits) faults.push(`${what}: expected ${expected}; received ${String(received)}`);
  };
  const { version, wal_level: level, idle_timeout: idle, role } = server;
  const keep = Number(server.keep_bytes);
  expect('server version', version >= 150_000, '15 or newer', version);
  expect('wal_level', level === 'logical', 'logical (changing it restarts the server)', level);
  expect(
    `role "${role}"`,
    server.may_replicate,
    `the right to replicate (alter role "${role}" replication)`,
    'none',
  );
  expect('max_wal_senders', server.senders > 0, 'at least 1 for each service', server.senders);
  expect(
    'max_replication_slots',
    server.slots > server.slots_used,
    `more than the ${server.slots_used} that others use`,
    server.slots,
  );
  expect(
    'max_slot_wal_keep_size',
    keep < 0 || keep >= 2 * maxBytes,
    `at least ${2 * maxBytes} bytes, twice what the outbox may hold, or -1`,
    `${keep} bytes`,
  );
  expect(
    'idle_replication_slot_timeout',
    idle === null || idle === '0',
    '0: a slot that was given up for being idle has lost events',
    idle,
  );
  expect(
    `role "${role}"`,
    server.may_publish,
    'the right to create in this database, for an empty publication',
    'none',
  );
  return faults;
}
