import pg from 'pg';
import { expect, it } from 'vitest';
import { createDatabase } from './database.js';

it('makes databases that do not see each other and removes them while someone is connected', async () => {
  const [one, other] = await Promise.all([createDatabase('one'), createDatabase('one')]);
  const client = new pg.Client({ connectionString: one.url });
  client.on('error', () => {});
  await client.connect();
  await client.query('create table seen (id int)');
  const elsewhere = new pg.Client({ connectionString: other.url });
  await elsewhere.connect();
  const { rows } = await elsewhere.query(`select to_regclass('seen') as found`);
  expect(rows).toEqual([{ found: null }]);
  await elsewhere.end();
  await one.drop();
  await other.drop();
  const late = new pg.Client({ connectionString: one.url });
  const name = new URL(one.url).pathname.slice(1);
  await expect(late.connect()).rejects.toThrow(`database "${name}" does not exist`);
});

it('removes a database whose log someone reads through a slot', async () => {
  const database = await createDatabase('read');
  const config = { connectionString: database.url, replication: 'database' };
  const reader = new pg.Client(config as pg.ClientConfig);
  reader.on('error', () => {});
  await reader.connect();
  const slot = new URL(database.url).pathname.slice(1);
  await reader.query(`CREATE_REPLICATION_SLOT ${slot} LOGICAL pgoutput`);
  const reading = reader.query(
    `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names 'none')`,
  );
  reading.catch(() => {});
  const asker = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await asker.connect();
  const active = () =>
    asker.query('select from pg_replication_slots where slot_name = $1 and active', [slot]);
  await expect.poll(async () => (await active()).rowCount).toBe(1);
  await database.drop();
  const { rowCount } = await asker.query('select from pg_database where datname = $1', [slot]);
  expect(rowCount).toBe(0);
  await asker.end();
  await expect(reading).rejects.toThrow();
});
