import { randomBytes } from 'node:crypto';
import pg from 'pg';

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
    drop: () => run(server, `drop database if exists "${name}" with (force)`),
  };
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
