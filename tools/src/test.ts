import { randomInt } from 'node:crypto';
import {
  chaosChecks,
  endToEndChecks,
  imageChecks,
  stages,
  starterChecks,
  staticChecks,
  testChecks,
} from './checks/all-checks.js';
import { readArguments } from './checks/arguments.js';
import { sum, summary, type Check, type CheckOptions, type Counts } from './checks/check.js';
import { closingLines } from './checks/closing-lines.js';
import { onStop } from './processes/on-stop.js';
import { signalPrograms } from './processes/run-program.js';

const help = `npm test                          everything
npm test -- STAGE [FILTER …]      one stage, all of it or what the filters name

${stages.map(({ name, what }) => `  ${name.padEnd(15)}${what}`).join('\n')}

FILTER is a project for lint and typecheck, a path or a part of one for the others:
  npm test -- lint order
  npm test -- integration libs/pg-log

Servers are started on free ports and stopped again. Kafka and RabbitMQ need Java, Maven and rabbitmq-server;
without them their tests are skipped, which CI=true makes a failure.`;

const asked = readArguments(process.argv.slice(2), stages);
if (asked.help || asked.wrong) {
  console.log(asked.wrong ? `${asked.wrong}\n\n${help}` : help);
  process.exit(asked.wrong ? 2 : 0);
}
const { stage, filters } = asked;

const stopping = new AbortController();
const { signal } = stopping;
onStop(
  () => {
    console.log('\nStopping');
    stopping.abort();
    signalPrograms('SIGTERM');
  },
  () => signalPrograms('SIGKILL'),
);

// Also of the choices that tests make by chance: the same again with the same seed.
process.env['MESH_TEST_SEED'] ??= String(randomInt(2 ** 32));
if (!stage || testChecks.some((check) => check.stage === stage))
  console.log(`Seed ${process.env['MESH_TEST_SEED']} (MESH_TEST_SEED)`);

const started = performance.now();
const wanted = (check: Check) => !stage || check.stage === stage;
const results: Counts[] = [];
// What reads the code runs two at a time; what measures or waits has the machine to itself.
const beside = ['format', 'lint'];
const lanes = [
  staticChecks.filter((check) => !beside.includes(check.stage)),
  staticChecks.filter((check) => beside.includes(check.stage)),
];
results.push(...(await Promise.all(lanes.map((lane) => runInTurn(lane.filter(wanted))))).flat());
results.push(
  ...(await runInTurn(
    [...testChecks, ...endToEndChecks, ...starterChecks, ...imageChecks, ...chaosChecks].filter(
      wanted,
    ),
  )),
);

const total = sum(results);
console.log(`\nnpm test took ${seconds(started)}`);
if (signal.aborted)
  console.log('Interrupted: what was stopped, and what comes after it, is not counted');
console.log(closingLines(total).join('\n'));
process.exit(signal.aborted ? 130 : total.failed > 0 ? 1 : 0);

async function runInTurn(checks: readonly Check[]): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const check of checks)
    if (!signal.aborted) counts.push(await runOne(check, { filters, signal }));
  return counts;
}

async function runOne(check: Check, options: CheckOptions): Promise<Counts> {
  const began = performance.now();
  console.log(`… ${check.title}`);
  const counts = await check.run(options);
  if (signal.aborted) {
    console.log(`– ${check.title}: interrupted`);
    return sum([]);
  }
  const mark = counts.failed > 0 ? '✗' : '✓';
  const detail = counts.passed + counts.failed + counts.skipped > 1 ? `: ${summary(counts)}` : '';
  console.log(`${mark} ${check.title}${detail} (${seconds(began)})`);
  return counts.failed > 0 ? { failures: [check.title], ...counts } : counts;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}
