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
