import type { Message, Publisher } from '@mesh/messaging';
import {
  installDeadLetters,
  outboxLog,
  outboxWalLog,
  Relay,
  type OutboxLog,
  type RelayLog,
} from '@mesh/outbox';
import type { LogEntry } from '@mesh/pg-log';
import type pg from 'pg';
import { inBatches } from './contenders/contender.js';
import { nestjsOutbox } from './contenders/nestjs-outbox.js';
import { openContenders, type Opened } from './contenders/open.js';
import type { OutboxPeer } from './contenders/outbox-peer.js';
import { pgTransactionalOutbox } from './contenders/pg-transactional-outbox.js';
import { rawPlatformatic } from './contenders/raw-platformatic.js';
import type { BenchOptions, TransportName } from './options.js';
import { compare, stopwatch, type Sample, type Variant } from './rounds.js';
import { sampleEntries, messageOf } from './sample-events.js';
import { Servers } from './servers.js';

const GROUP = 'bench';
/** The peers take an event at a time and get fewer of them; a rate is a rate. */
const PEER_SHARE = 20;
const PEER_BATCH = 500;
/** What the relay itself takes. */
const nowhere: Publisher = { publish: async () => {}, close: async () => {} };

/** A backlog of the outbox into a broker, against the same messages through Publisher and raw client. */
export async function relay({ transports, events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    for (const name of transports) {
      const opened = await openContenders(name, servers);
      const outbox = await openOutbox(servers, `outbox_${name}`);
      const inWal = await openWalOutbox(servers, `wal_outbox_${name}`);
      const entries = await sampleEntries(opened.kind, events);
      const messages = entries.map((entry) => messageOf(entry));
      const [{ destination = '' } = {}] = messages;
      await opened.ours.declare(destination, GROUP);
      const transport = await opened.transport.publisher();
      const variants = [
        publishing(opened.raw, messages),
        publishing(opened.ours, messages),
        { name: 'outbox, relay, transport', run: () => drain(outbox, entries, transport) },
        { name: 'outbox, relay, nothing', run: () => drain(outbox, entries, nowhere) },
        { name: 'in the WAL, relay, transport', run: () => drain(inWal, entries, transport) },
        { name: 'in the WAL, relay, nothing', run: () => drain(inWal, entries, nowhere) },
        ...(name === 'kafka' ? await platformatic(servers, outbox, entries, messages) : []),
        ...(name === 'embedded' ? [] : await peers(name, servers, opened, messages)),
      ];
      await compare({
        title: `relay, ${name}: ${events} events a round, in batches of 1,000`,
        rounds,
        variants: variants.map(({ name, run }) => ({
          name,
          run: async () => (await opened.raw.declare(destination, GROUP), await run()),
        })),
      });
    }
  });
}

function publishing(
  { name, prepare }: Pick<Opened['raw'], 'name' | 'prepare'>,
  messages: readonly Message[],
): Variant {
  const publish = prepare(messages);
  const run = async () => {
    const stop = stopwatch();
    await publish();
    return stop(messages.length);
  };
  return { name, run };
}

async function platformatic(
  servers: Servers,
  outbox: OutboxDatabase,
  entries: readonly LogEntry[],
  messages: readonly Message[],
): Promise<Variant[]> {
  const client = rawPlatformatic(await servers.kafka());
  servers.before(() => client.close());
  const run = () => drain(outbox, entries, client.publisher);
  return [publishing(client, messages), { name: 'outbox, relay, @platformatic/kafka', run }];
}

/** Each in a database of its own on the same server, into the same broker through its raw client. */
async function peers(
  transport: TransportName,
  servers: Servers,
  { raw }: Opened,
  messages: readonly Message[],
): Promise<Variant[]> {
  const few = messages.slice(0, Math.ceil(messages.length / PEER_SHARE));
  const variants: Variant[] = [];
  for (const [index, open] of [pgTransactionalOutbox, nestjsOutbox].entries()) {
    const database = `peer_${transport}_${index}`;
    const pool = await servers.pool(database);
    const peer = open({ pool, url: String(pool.options.connectionString), batch: PEER_BATCH });
    await peer.install();
    variants.push({ name: `${peer.name}, ${raw.name}`, run: () => drainPeer(peer, raw, few) });
  }
  return variants;
}

async function drainPeer(
  peer: OutboxPeer,
  raw: Opened['raw'],
  messages: readonly Message[],
): Promise<Sample> {
  await peer.fill(messages);
  const publishing = messages.map((message) => raw.prepare([message]));
  const publish = async (index: number) => publishing[index]?.();
  const stop = stopwatch();
  await peer.drain({ count: messages.length, publish });
  return stop(messages.length);
}

interface OutboxDatabase {
  readonly pool: pg.Pool;
  readonly log: OutboxLog & RelayLog;
}

async function openOutbox(servers: Servers, database: string): Promise<OutboxDatabase> {
  const pool = await servers.pool(database);
  const log = outboxLog({ pool });
  await log.install();
  await installDeadLetters(pool);
  servers.before(() => log.close());
  return { pool, log };
}

async function openWalOutbox(servers: Servers, database: string): Promise<OutboxDatabase> {
  const pool = await servers.pool(database);
  const log = outboxWalLog({ pool });
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
