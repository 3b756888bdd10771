import { availableParallelism, loadavg } from 'node:os';
import { amqpSharding } from './amqp-sharding.js';
import { append } from './append.js';
import { backlog } from './backlog.js';
import { commit } from './commit.js';
import { consume } from './consume.js';
import { depth } from './depth.js';
import { fanOut } from './fan-out.js';
import { growth } from './growth.js';
import { hop } from './hop.js';
import { http } from './http.js';
import { inbox } from './inbox.js';
import { inboxByKey } from './inbox-by-key.js';
import { latency } from './latency.js';
import { live } from './live.js';
import { liveCompression } from './live-compression.js';
import { log } from './log.js';
import { nest } from './nest.js';
import { optionsOf, type BenchOptions, type OptionName } from './options.js';
import { reconnect } from './reconnect.js';
import { relay } from './relay.js';
import { soak } from './soak.js';
import { starts } from './starts.js';
import { telemetry } from './telemetry.js';
import { throughput } from './throughput.js';
import { updates } from './updates.js';

interface Bench {
  readonly run: (options: BenchOptions) => Promise<void>;
  readonly what: string;
  /** About, on a quiet machine of two cores, with the defaults and all of its transports. */
  readonly minutes: number;
  readonly takes: readonly OptionName[];
  /** @default 20000 */
  readonly events?: string;
  /** @default 1000 */
  readonly clients?: readonly string[];
}

const benches: Readonly<Record<string, Bench>> = {
  latency: {
    run: latency,
    minutes: 1,
    takes: ['profile', 'orders'],
    what: 'place → CONFIRMED at a browser client, one order at a time',
  },
  throughput: {
    run: throughput,
    minutes: 1,
    takes: ['profile', 'seconds'],
    what: 'orders a second through the whole mesh, memory',
  },
  telemetry: {
    run: telemetry,
    minutes: 5,
    takes: ['profile', 'orders'],
    what: 'CPU and latency of orders with telemetry off, metrics only, 1% and all of traces',
  },
  starts: { run: starts, minutes: 1, takes: [], what: 'npm start: cold, then warm' },
  relay: {
    run: relay,
    minutes: 8,
    takes: ['transport', 'events', 'rounds'],
    what: 'outbox to broker, and Publisher alone, against the raw client and other outboxes',
  },
  consume: {
    run: consume,
    minutes: 3,
    takes: ['transport', 'events', 'rounds'],
    what: 'an empty handler against the raw client reading in batches',
  },
  nest: {
    run: nest,
    minutes: 4,
    takes: ['transport', 'events', 'rounds'],
    what: 'the same against the Kafka and RMQ transports of Nest itself',
  },
  'inbox-by-key': {
    run: inboxByKey,
    minutes: 5,
    takes: ['events', 'rounds'],
    what: 'an inbox with one row an event against one with a row a key',
  },
  inbox: {
    run: inbox,
    minutes: 10,
    takes: ['events', 'rounds'],
    what: 'events handled once with an effect, against the same SQL by hand',
  },
  backlog: {
    run: backlog,
    minutes: 4,
    takes: ['transport'],
    what: 'memory of a slow consumer behind 1,000 and 100,000 events',
  },
  append: {
    run: append,
    minutes: 4,
    takes: ['events', 'rounds'],
    what: 'what an append adds to a transaction',
  },
  'amqp-sharding': {
    run: amqpSharding,
    minutes: 4,
    takes: ['events', 'rounds'],
    what: 'a group on one queue against shards behind a consistent-hash exchange; order while members change',
  },
  log: {
    run: log,
    minutes: 5,
    takes: ['events', 'rounds'],
    what: 'a backlog to two groups in order by key, against pg-boss and graphile-worker',
  },
  'live-compression': {
    run: liveCompression,
    minutes: 1,
    takes: [],
    what: 'permessage-deflate on and off: memory and CPU of a socket.io server, bytes an update',
  },
  commit: {
    run: commit,
    minutes: 1,
    takes: ['transport'],
    what: 'commit → handler through the outbox, at idle, against a plain row and the raw client',
  },
  soak: {
    run: soak,
    minutes: 42,
    takes: ['transport', 'minutes'],
    what: 'memory of one service at 70% of its top rate',
  },
  growth: {
    run: growth,
    minutes: 8,
    takes: ['events'],
    events: '1000000',
    what: 'size of the tables and rate while a million events (--events) go through outbox and inbox',
  },
  depth: {
    run: depth,
    minutes: 4,
    takes: ['events'],
    events: '1000000',
    what: 'the relay behind 1,000 events, a tenth of a million (--events) and all of them',
  },
  'fan-out': {
    run: fanOut,
    minutes: 4,
    takes: ['clients', 'seconds'],
    clients: ['1000', '5000'],
    what: 'one gateway with 1,000 and 5,000 clients, against socket.io alone',
  },
  live: {
    run: live,
    minutes: 1,
    takes: ['profile', 'clients', 'seconds'],
    what: '200 orders a second: commit → browser client, with 1,000 customers watching',
  },
  updates: {
    run: updates,
    minutes: 5,
    takes: ['profile', 'clients', 'seconds', 'rounds'],
    clients: ['200'],
    what: 'updates announced through the broker against a gRPC stream: latency, CPU',
  },
  reconnect: {
    run: reconnect,
    minutes: 1,
    takes: ['clients'],
    what: 'a gateway killed under 1,000 clients: until all have caught up, reads of history',
  },
  http: {
    run: http,
    minutes: 4,
    takes: ['seconds', 'rounds'],
    what: 'CPU of placing and reading an order through the gateway, against fastify alone',
  },
  hop: {
    run: hop,
    minutes: 1,
    takes: ['transport'],
    what: 'send → handler, one message at a time',
  },
};

const help = `npm run bench -- NAME [option …]

${Object.entries(benches)
  .map(([name, { what, takes, minutes }]) => {
    const options = takes.map((option) => ` --${option}`).join('');
    return `  ${name.padEnd(17)}${what}\n${' '.repeat(19)}about ${minutes} min${options && `;${options}`}`;
  })
  .join('\n')}

  --profile embedded|brokers
  --transport embedded|kafka|amqp      again for more than one; all of them unless told
  --clients N                          again for more than one
  --orders N   --seconds N   --minutes N   --events N   --rounds N

Every bench starts servers of its own. Minutes are rough: of a quiet machine with two cores, with the
defaults and every transport. Machines are noisy: compare ratios of one run.`;

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || [name, ...rest].some((arg) => arg === '--help' || arg === '-h')) {
  console.log(help);
  process.exit(0);
}
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined)
  refuse(`There is no bench "${name}"; there are ${Object.keys(benches).join(', ')}`);
const options = asked(bench, rest);
const [load = NaN] = loadavg();
console.log(`${availableParallelism()} cores, load ${load.toFixed(1)} before the run`);
await bench.run(options);
process.exit(0);

function asked({ takes, events, clients }: Bench, args: readonly string[]): BenchOptions {
  try {
    return optionsOf(args, takes, { ...(events && { events }), ...(clients && { clients }) });
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): never {
  console.error(`${why}. See npm run bench -- --help`);
  process.exit(2);
}
