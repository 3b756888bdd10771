import { embeddedTransport } from '@mesh/messaging/embedded';
import type { CloudEvent } from '@mesh/envelope';
import type { DeliveryBatches, DeliveryHandler } from '@mesh/messaging';
import { handleBatch, handleOnce, installInbox } from '@mesh/outbox';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { ours } from './contenders/contender.js';
import { handWrittenInbox } from './contenders/raw-inbox.js';
import { rawPostgres } from './contenders/raw-postgres.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Sample, type Variant } from './rounds.js';
import { messageOf, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';

const SOURCE = 'bench.inbox';
/** Of the service's database; pg's default. */
const CONNECTIONS = 10;

interface Tables {
  effect: { event_id: string; order_id: string };
}
/** Handles for a group; tells how many events are done. */
type HandlerOf = (group: string, done: (events: number) => void) => DeliveryHandler;
type BatchEffect = (tx: Transaction<Tables>, events: readonly CloudEvent[]) => Promise<unknown>;

/** Large enough for two batches of the largest size. */
const window = { count: 500 };
const EFFECT = 'create table effect (event_id text not null, order_id text not null)';

/** As a handler that is given all of them writes it. */
const allAtOnce: BatchEffect = (tx, events) =>
  sql`insert into effect (event_id, order_id) select * from unnest(${events.map(({ id }) => id)}::text[],
    ${events.map(({ subject = '' }) => subject)}::text[])`.execute(tx);
/** As a handler of one event does that shares its transaction. */
const oneByOne: BatchEffect = async (tx, events) => {
  for (const { id, subject = '' } of events)
    await tx.insertInto('effect').values({ event_id: id, order_id: subject }).execute();
};

/** Events into a database, once each with an effect, against the same SQL written by hand. */
export async function inbox({ events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const url = await servers.database('log');
    const transport = embeddedTransport({ url });
    servers.before(() => transport.close());
    const plain = await rawPostgres(url);
    servers.before(() => plain.close());
    const pool = await servers.pool('service', CONNECTIONS);
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    await installInbox(pool);
    await pool.query(EFFECT);

    const count = Math.ceil(events / 4);
    const messages = (await sampleEntries('log', count)).map((entry) => messageOf(entry, SOURCE));
    await ours(transport).prepare(messages)();
    await plain.prepare(messages)();

    let groups = 0;
    const consumed = async (handlerOf: HandlerOf): Promise<Sample> => {
      const group = `inbox.${groups++}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = count;
      const stop = stopwatch();
      const handler = handlerOf(group, (events) => (left -= events) === 0 && resolve());
      const subscription = await transport.subscribe({ source: SOURCE, group, window }, handler);
      await promise;
      const sample = stop(count);
      await subscription.close();
      return sample;
    };
    const alone: HandlerOf = (group, done) => async (delivery) => {
      const { source, id, subject = '' } = delivery.event();
      await db
        .transaction()
        .execute((tx) =>
          handleOnce(tx, { group, source, id }, () =>
            tx.insertInto('effect').values({ event_id: id, order_id: subject }).execute(),
          ),
        );
      done(1);
    };
    const inBatches =
      (effect: BatchEffect, maxCount: number): HandlerOf =>
      (group, done) => {
        const batches: DeliveryBatches = {
          ...{ maxCount, maxBytes: 4 * 1024 * 1024, atOnce: 2 },
          takes: () => true,
          async handle(deliveries) {
            const events = deliveries.map((delivery) => delivery.event());
            await db
              .transaction()
              .execute((tx) => handleBatch(tx, { group, events }, (fresh) => effect(tx, fresh)));
            done(deliveries.length);
            return deliveries.map(() => true);
          },
        };
        return Object.assign(alone(group, done), { batches });
      };
    const byHand = (name: string, whole: boolean): Variant => ({
      name,
      async run() {
        const stop = stopwatch();
        await handWrittenInbox({ url, pool, group: `hand.${groups++}`, count, whole });
        return stop(count);
      },
    });
    const variant = (name: string, handlerOf: HandlerOf): Variant => ({
      name,
      run: () => consumed(handlerOf),
    });
    await compare({
      title: `inbox, embedded: ${count} events a round, ${CONNECTIONS} connections`,
      rounds,
      variants: [
        byHand('by hand, a transaction a batch', true),
        variant('our transport, handleBatch of 250', inBatches(allAtOnce, 250)),
        variant('our transport, handleBatch of 50', inBatches(allAtOnce, 50)),
        variant('our transport, handleBatch of 250, an effect each', inBatches(oneByOne, 250)),
        byHand('by hand, a transaction an event', false),
        variant('our transport, handleOnce', alone),
      ],
    });
  });
}
