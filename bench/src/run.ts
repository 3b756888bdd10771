import { availableParallelism, loadavg } from 'node:os';
import { amqpSharding } from './amqp-sharding.js';
import { append } from './append.js';
import { backlog } from './backlog.js';
import { commit } from './commit.js';
import { consume } from './consume.js';
import { depth } from './depth.js';
import { growth } from './growth.js';
import { hop } from './hop.js';
import { inbox } from './inbox.js';
import { inboxByKey } from './inbox-by-key.js';
import { latency } from './latency.js';
import { log } from './log.js';
import { nest } from './nest.js';
import { optionsOf, type BenchOptions, type OptionName } from './options.js';
import { relay } from './relay.js';
import { soak } from './soak.js';
import { starts } from './starts.js';
import { throughput } from './throughput.js';

interface Bench {
  readonly run: (options: BenchOptions) => Promise<void>;
  readonly what: string;
  /** About, on a quiet machine of two cores, with the defaults and all of its transports. */
  readonly minutes: number;
  readonly takes: readonly OptionName[];
  /** @default 20000 */
  readonly events?: string;
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
    return `  ${name.padEnd(15)}${what}\n${' '.repeat(17)}about ${minutes} min${options && `;${options}`}`;
  })
  .join('\n')}

  --profile embedded|brokers
  --transport embedded|kafka|amqp      again for more than one; all of them unless told
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

function asked({ takes, events }: Bench, args: readonly string[]): BenchOptions {
  try {
    return optionsOf(args, takes, events === undefined ? {} : { events });
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): never {
  console.error(`${why}. See npm run bench -- --help`);
  process.exit(2);
}
