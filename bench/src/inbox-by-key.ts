import { OrderPlaced } from '@mesh/contracts/catalog/order';
import type { DeliveryBatches, Message } from '@mesh/messaging';
import { embeddedTransport } from '@mesh/messaging/embedded';
import { handlingOf, type Handling } from '@mesh/messaging/middleware';
import {
  inbox,
  inboxBatch,
  installInbox,
  installKeyNumbers,
  installParking,
  Parking,
  type InboxKind,
} from '@mesh/outbox';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { ours } from './contenders/contender.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Variant } from './rounds.js';
import { messageOf, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';

const SOURCE = OrderPlaced.stream.name;
const CONNECTIONS = 10;
const outbox = { wake: () => {} };

/** One row an event against one row a key: the whole way of an inbox, with what is parked. */
export async function inboxByKey({ events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const transport = embeddedTransport({ url: await servers.database('log') });
    servers.before(() => transport.close());
    const pool = await servers.pool('service', CONNECTIONS);
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    await installInbox(pool);
    await installParking(pool);
    await installKeyNumbers(pool);
    await pool.query('create table effect (event_id text not null)');
    const parking = new Parking({ db, keys: { has: () => false, parked: () => {} } });

    const count = Math.ceil(events / 4);
    const entries = await sampleEntries('log', count);
    await ours(transport).prepare(numbered(entries.map((entry) => messageOf(entry, SOURCE))))();

    const effect = (tx: unknown, handlings: readonly Handling[]) =>
      sql`insert into effect select * from unnest(${handlings.map(({ event }) => event.id)}::text[])`.execute(
        tx as Transaction<unknown>,
      );
    let groups = 0;
    const variant = (name: string, kind: InboxKind, maxCount: number): Variant => ({
      name,
      async run() {
        const group = `inbox.${groups++}`;
        const { promise, resolve } = Promise.withResolvers<void>();
        let left = count;
        const done = (events: number) => (left -= events) === 0 && resolve();
        const options = { db, parking, group, outbox, kind };
        const one = inbox(options)(async (handling) => {
          await effect(handling.tx, [handling]);
          return 'done';
        });
        const many = inboxBatch(options);
        const alone = async (delivery: Parameters<typeof handlingOf>[0]) => {
          await one(handlingOf(delivery));
          done(1);
        };
        const batches: DeliveryBatches = {
          ...{ maxCount, maxBytes: 4 * 1024 * 1024, atOnce: 2 },
          takes: () => true,
          async handle(deliveries) {
            const results = await many(
              deliveries.map((delivery) => handlingOf(delivery)),
              (fresh, tx) => effect(tx, fresh),
            );
            const handled = results.map((result) => result !== 'alone');
            done(handled.filter(Boolean).length);
            return handled;
          },
        };
        const stop = stopwatch();
        const subscription = await transport.subscribe(
          { source: SOURCE, group, window: { count: 500 } },
          maxCount > 1 ? Object.assign(alone, { batches }) : alone,
        );
        await promise;
        const sample = stop(count);
        await subscription.close();
        return sample;
      },
    });
    await compare({
      title: `inbox by event and by key, embedded: ${count} events of 1000 keys a round`,
      rounds,
      variants: [
        variant('by event, a transaction each', 'by-event', 1),
        variant('by key, a transaction each', 'by-key', 1),
        variant('by event, batches of 250', 'by-event', 250),
        variant('by key, batches of 250', 'by-key', 250),
      ],
    });
    const { rows } = await pool.query(`select
      (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'mesh_inbox.handled'::regclass)::float as event,
      pg_total_relation_size('mesh_inbox.key_number')::float as key,
      (select count(*) from mesh_inbox.handled)::float as events,
      (select count(*) from mesh_inbox.key_number)::float as keys`);
    const { event, key, events: notes, keys } = rows[0] as Record<string, number>;
    console.log(
      `kept: ${notes} events in ${Math.round(event! / 1024)} KiB, ${keys} keys in ${Math.round(key! / 1024)} KiB`,
    );
  });
}

/** With what the outbox gives them in the database. */
function numbered(messages: readonly Message[]): Message[] {
  const counts = new Map<string | null, number>();
  return messages.map((message) => {
    const count = (counts.get(message.key) ?? 0) + 1;
    counts.set(message.key, count);
    const { event } = message;
    const extensions = { ...event.extensions, sequence: `${count}`.padStart(19, '0') };
    return { ...message, event: { ...event, extensions } };
  });
}
