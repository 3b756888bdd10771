import { availableParallelism, loadavg } from 'node:os';
import { append } from './append.js';
import { consume } from './consume.js';
import { hop } from './hop.js';
import { inbox } from './inbox.js';
import { latency } from './latency.js';
import { optionsOf, type BenchOptions } from './options.js';
import { relay } from './relay.js';
import { starts } from './starts.js';
import { throughput } from './throughput.js';

const benches = {
  latency: { run: latency, what: 'place → CONFIRMED at a browser client, one order at a time' },
  throughput: { run: throughput, what: 'orders a second through the whole mesh, memory' },
  starts: { run: starts, what: 'npm start: cold, then warm' },
  relay: { run: relay, what: 'outbox to broker, and Publisher alone, against the raw client' },
  consume: { run: consume, what: 'an empty handler against the raw client reading in batches' },
  inbox: { run: inbox, what: 'events handled once with an effect, against the same SQL by hand' },
  append: { run: append, what: 'what an append adds to a transaction' },
  hop: { run: hop, what: 'send → handler, one message at a time' },
};

const help = `npm run bench -- NAME [option …]

${Object.entries(benches)
  .map(([name, { what }]) => `  ${name.padEnd(12)}${what}`)
  .join('\n')}

latency and throughput take --profile embedded|brokers, --orders N and --seconds N; the others
--transport embedded|kafka|amqp (again for more than one), --events N and --rounds N.
Every bench starts servers of its own. Machines are noisy: compare ratios of one run.`;

const [name, ...rest] = process.argv.slice(2);
const bench = benches[name as keyof typeof benches];
if (!bench) {
  console.log(help);
  process.exit(name === undefined || name === '--help' ? 0 : 1);
}
const options = asked(rest);
const [load = NaN] = loadavg();
console.log(`${availableParallelism()} cores, load ${load.toFixed(1)} before the run`);
await bench.run(options);
process.exit(0);

function asked(args: readonly string[]): BenchOptions {
  try {
    return optionsOf(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
