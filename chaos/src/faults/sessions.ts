import pg from 'pg';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import type { FaultKind } from './fault.js';
import { sendSignal } from './lasting.js';

/** What happens to single sessions of the database. */
export const sessionFaults: readonly FaultKind[] = [
  {
    // The server ends all other sessions then, and recovers from its WAL.
    kind: 'SIGKILL a database session',
    weight: 1,
    draw: (mesh, random) => {
      const nth = random.next();
      return {
        target: 'database',
        how: '',
        strike: async () => {
          const pids = await sessionsOf(mesh);
          sendSignal(pids[Math.floor(nth * pids.length)], 'SIGKILL');
          return performance.now();
        },
      };
    },
  },
  {
    kind: 'end database sessions',
    weight: 2,
    draw: (mesh, random) => {
      const share = random.pick([0.25, 0.5, 1]);
      return {
        target: 'database',
        how: `${share * 100}% of them`,
        strike: async () => {
          await ask(
            mesh,
            `select pg_terminate_backend(pid) from pg_stat_activity
            where ${ofServices} and random() < $1`,
            [share],
          );
          return performance.now();
        },
      };
    },
  },
];

const ofServices = `backend_type = 'client backend' and datname like 'mesh\\_%' and pid <> pg_backend_pid()`;

/** What has been going on for more than a second in the databases of services, one session a line. */
export async function longSessions(mesh: FaultyMesh): Promise<readonly string[]> {
  const rows = await ask<{ readonly line: string }>(
    mesh,
    `select concat_ws(' ', datname, pid, state, wait_event_type, wait_event,
      round(extract(epoch from clock_timestamp() - xact_start)::numeric, 1) || ' s',
      'blocked by ' || nullif(pg_blocking_pids(pid)::text, '{}'),
      left(regexp_replace(query, '\\s+', ' ', 'g'), 160)) as line
    from pg_stat_activity
    where ${ofServices} and xact_start < clock_timestamp() - interval '1 second'
    order by xact_start limit 40`,
  );
  return rows.map(({ line }) => line);
}

async function sessionsOf(mesh: FaultyMesh): Promise<readonly number[]> {
  const rows = await ask<{ pid: number }>(
    mesh,
    `select pid from pg_stat_activity where ${ofServices} order by pid`,
  );
  return rows.map(({ pid }) => pid);
}

async function ask<Row extends object>(
  mesh: FaultyMesh,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: mesh.servers.postgres.current.url() });
  // Another fault may end the server while it is asked.
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Row>(statement, [...values])).rows;
  } catch {
    return [];
  } finally {
    await client.end().catch(() => {});
  }
}
