import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { allServices, databaseName, type Service } from '../services/index.js';

/** The embedded transport's. */
export const logDatabase = 'mesh_log';

function databaseNames(services: readonly Service[]): readonly string[] {
  const owners = services.filter(({ database }) => database);
  return [...owners.map(({ name }) => databaseName(name)), logDatabase];
}

/** Makes the databases of the mesh that the server does not have; with `fresh`, empties all of them. */
export async function createDatabases(
  serverUrl: string,
  { fresh, services = allServices() }: { fresh: boolean; services?: readonly Service[] },
): Promise<void> {
  const names = databaseNames(services);
  await withClient(serverUrl, async (client) => {
    if (fresh)
      for (const name of names)
        await client.query(`drop database if exists "${name}" with (force)`);
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const found = new Set(rows.map((row) => row.datname));
    for (const name of names) {
      // A copy of files is quicker than one through the WAL; template0 has no connections.
      if (!found.has(name))
        await client.query(`create database "${name}" template template0 strategy file_copy`);
    }
  });
}

/** Fulfilled when nobody else is connected to the databases of the mesh, or after `withinMs`. */
export async function untilUnused(
  serverUrl: string,
  services: readonly Service[],
  withinMs: number,
): Promise<void> {
  await withClient(serverUrl, async (client) => {
    for (const until = Date.now() + withinMs; Date.now() < until; await sleep(50)) {
      const { rowCount } = await client.query(
        'select from pg_stat_activity where datname = any($1) and pid <> pg_backend_pid()',
        [databaseNames(services)],
      );
      if (rowCount === 0) return;
    }
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
