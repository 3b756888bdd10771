import { embeddedTransport } from '@mesh/messaging/embedded';
import { handleOnce, installInbox } from '@mesh/outbox';
import { Kysely, PostgresDialect } from 'kysely';
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
const EFFECT = 'create table effect (event_id text not null, order_id text not null)';

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
    const withInbox = async (): Promise<Sample> => {
      const group = `inbox.${groups++}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = count;
      const stop = stopwatch();
      const subscription = await transport.subscribe(
        { source: SOURCE, group },
        async (delivery) => {
          const { source, id, subject = '' } = delivery.event();
          await db
            .transaction()
            .execute((tx) =>
              handleOnce(tx, { group, source, id }, () =>
                tx.insertInto('effect').values({ event_id: id, order_id: subject }).execute(),
              ),
            );
          if (--left === 0) resolve();
        },
      );
      await promise;
      const sample = stop(count);
      await subscription.close();
      return sample;
    };
    const byHand = (name: string, whole: boolean): Variant => ({
      name,
      async run() {
        const stop = stopwatch();
        await handWrittenInbox({ url, pool, group: `hand.${groups++}`, count, whole });
        return stop(count);
      },
    });
    await compare({
      title: `inbox, embedded: ${count} events a round, ${CONNECTIONS} connections`,
      rounds,
      variants: [
        byHand('by hand, a transaction an event', false),
        byHand('by hand, a transaction a batch', true),
        { name: 'our transport, handleOnce', run: withInbox },
      ],
    });
  });
}
