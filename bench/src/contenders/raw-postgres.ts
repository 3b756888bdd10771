import { toKafka } from '@mesh/envelope';
import type { Message } from '@mesh/messaging';
import pg from 'pg';
import { inBatches, type Contender, type OnMessages, type Stoppable } from './contender.js';

const READ = 500;
const TABLES = `
create table if not exists entry (
  position bigserial primary key, stream text not null, key text, routing_key text,
  headers json not null, body bytea not null
);
create table if not exists cursor (name text primary key, position bigint not null);`;
const INSERT = `with added as (
  insert into entry (stream, key, routing_key, headers, body)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::json[], $5::bytea[])
) select pg_notify('entry', '')`;
const SELECT = `select * from entry where position > $1 and stream = $2 order by position limit ${READ}`;
const MOVE = 'update cursor set position = $2 where name = $1';

/**
 * Plain SQL on one table: what PostgreSQL gives when nobody asks for order, leases or late commits.
 * Reading by position alone skips rows whose transaction commits late, so this is a limit to
 * measure against and no way to do it.
 */
export async function rawPostgres(url: string): Promise<Contender> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(TABLES);
  return {
    name: 'plain SQL',
    declare: async () => {},
    prepare(messages) {
      const batches = inBatches(messages).map(columnsOf);
      return async () => {
        for (const values of batches) await client.query({ name: 'insert', text: INSERT, values });
      };
    },
    consume: (source, group, onMessages) => consume(url, source, group, onMessages),
    close: () => client.end(),
  };
}

async function consume(
  url: string,
  source: string,
  group: string,
  onMessages: OnMessages,
): Promise<Stoppable> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('set synchronous_commit = off');
  await client.query('insert into cursor values ($1, 0) on conflict do nothing', [group]);
  let position: unknown = 0;
  let stopped = false;
  let wake = () => {};
  client.on('notification', () => wake());
  await client.query('listen entry');
  const reading = (async () => {
    while (!stopped) {
      const notified = new Promise<void>((resolve) => (wake = resolve));
      const values = [position, source];
      const { rows } = await client.query({ name: 'read', text: SELECT, values });
      if (rows.length === 0) {
        await notified;
        continue;
      }
      position = (rows.at(-1) as { position: unknown }).position;
      onMessages(rows.length);
      await client.query({ name: 'move', text: MOVE, values: [group, position] });
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await reading;
      await client.end();
    },
  };
}

function columnsOf(messages: readonly Message[]): unknown[] {
  const encoded = messages.map(({ event }) => toKafka(event));
  return [
    messages.map(({ destination }) => destination),
    messages.map(({ key }) => key),
    messages.map(({ routingKey, event }) => routingKey ?? event.type),
    encoded.map(({ headers }) => JSON.stringify(headers)),
    encoded.map(({ value }) => value),
  ];
}
