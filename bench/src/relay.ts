import type { Message, Publisher } from '@mesh/messaging';
import { Relay, OUTBOX_SCHEMA, installDeadLetters } from '@mesh/outbox';
import { PgLog, type LogEntry } from '@mesh/pg-log';
import type pg from 'pg';
import { inBatches } from './contenders/contender.js';
import { openContenders, type Opened } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Sample, type Variant } from './rounds.js';
import { sampleEntries, messageOf } from './sample-events.js';
import { Servers } from './servers.js';

const GROUP = 'bench';
/** What the relay itself takes. */
const nowhere: Publisher = { publish: async () => {}, close: async () => {} };

/** A backlog of the outbox into a broker, against the same messages through Publisher and raw client. */
export async function relay({ transports, events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    for (const name of transports) {
      const opened = await openContenders(name, servers);
      const outbox = await openOutbox(servers, `outbox_${name}`);
      const entries = await sampleEntries(opened.kind, events);
      const messages = entries.map((entry) => messageOf(entry));
      const [{ destination = '' } = {}] = messages;
      const fresh = (variant: Variant): Variant => ({
        name: variant.name,
        run: async () => (await opened.raw.declare(destination, GROUP), await variant.run()),
      });
      await opened.ours.declare(destination, GROUP);
      const transport = await opened.transport.publisher();
      await compare({
        title: `relay, ${name}: ${events} events a round, in batches of 1,000`,
        rounds,
        variants: [
          publishing(opened.raw, messages),
          publishing(opened.ours, messages),
          { name: 'outbox, relay, transport', run: () => drain(outbox, entries, transport) },
          { name: 'outbox, relay, nothing', run: () => drain(outbox, entries, nowhere) },
        ].map(fresh),
      });
    }
  });
}

function publishing({ name, prepare }: Opened['raw'], messages: readonly Message[]): Variant {
  const publish = prepare(messages);
  const run = async () => {
    const stop = stopwatch();
    await publish();
    return stop(messages.length);
  };
  return { name, run };
}

interface OutboxDatabase {
  readonly pool: pg.Pool;
  readonly log: PgLog;
}

async function openOutbox(servers: Servers, database: string): Promise<OutboxDatabase> {
  const pool = await servers.pool(database);
  const log = new PgLog({ pool, schema: OUTBOX_SCHEMA });
  await log.install();
  await installDeadLetters(pool);
  servers.before(() => log.close());
  return { pool, log };
}

/** From the start of a relay, with the backlog there, until everything is confirmed. */
async function drain(
  { pool, log }: OutboxDatabase,
  entries: readonly LogEntry[],
  target: Publisher,
): Promise<Sample> {
  for (const batch of inBatches(entries)) await log.append(pool, batch);
  const done = Promise.withResolvers<void>();
  const publisher = countdown(target, entries.length, done.resolve);
  const failed = (error: Error) => done.reject(error);
  const hooks = { failed, ended: failed, parked: (_: unknown, error: Error) => failed(error) };
  const relay = new Relay({ log, pool, publishers: async () => publisher, hooks });
  const stop = stopwatch();
  await relay.start();
  await done.promise;
  const sample = stop(entries.length);
  await relay.stop();
  return sample;
}

function countdown(publisher: Publisher, count: number, done: () => void): Publisher {
  let left = count;
  return {
    async publish(messages) {
      await publisher.publish(messages);
      left -= messages.length;
      if (left === 0) done();
    },
    close: () => publisher.close(),
  };
}
