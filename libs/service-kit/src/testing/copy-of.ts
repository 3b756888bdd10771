import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';

/** A copy on the same server; nobody may be connected to the original. */
export async function copyOf(original: TestDatabase): Promise<TestDatabase> {
  const copy = await createDatabase('kit_copy');
  const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(`drop database "${nameOf(copy)}"`);
  await client.query(`create database "${nameOf(copy)}" template "${nameOf(original)}"`);
  await client.end();
  return copy;
}
