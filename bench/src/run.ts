import { latency } from './latency.js';
import { throughput } from './throughput.js';
import { starts } from './starts.js';
import { optionsOf } from './options.js';

const benches = {
  latency: { run: latency, what: 'place → CONFIRMED at a browser client, one order at a time' },
  throughput: { run: throughput, what: 'orders a second through the whole mesh, memory' },
  starts: { run: starts, what: 'npm start: cold, then warm' },
};

const help = `npm run bench -- NAME [--profile embedded|brokers] [--orders N] [--seconds N]

${Object.entries(benches)
  .map(([name, { what }]) => `  ${name.padEnd(12)}${what}`)
  .join('\n')}

The brokers profile starts Kafka and RabbitMQ of its own. Machines are noisy: compare ratios of one run.`;

const [name, ...rest] = process.argv.slice(2);
const bench = benches[name as keyof typeof benches];
if (!bench) {
  console.log(help);
  process.exit(name === undefined || name === '--help' ? 0 : 1);
}
await bench.run(optionsOf(rest));
process.exit(0);
