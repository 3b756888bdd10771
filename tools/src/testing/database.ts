import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { until } from './until.js';

const OBJECT_IN_USE = '55006';

export interface TestDatabase {
  readonly url: string;
  /** Disconnects everyone and removes the database. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database of its own for a test on the server of TEST_DATABASE_URL, which the
 * setup of the integration project starts. Tests that run side by side do not see each other.
 */
export async function createDatabase(prefix = 'test'): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) {
    throw new Error('TEST_DATABASE_URL is not set: run it with `vitest run --project integration`');
  }
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await run(server, `create database "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => drop(server, name),
  };
}

/** `force` ends no one who reads a slot of the WAL, and is refused while a slot is being read. */
async function drop(server: string, name: string): Promise<void> {
  await until(`no one reads a slot of ${name}`, async () => {
    await run(
      server,
      `select pg_terminate_backend(active_pid) from pg_replication_slots where database = '${name}' and active`,
    );
    return run(server, `drop database if exists "${name}" with (force)`).then(
      () => true,
      (error: pg.DatabaseError) => {
        if (error.code !== OBJECT_IN_USE) throw error;
        return false;
      },
    );
  });
}

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
