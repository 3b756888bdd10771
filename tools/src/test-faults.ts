import { runVitest } from './checks/vitest-check.js';
import { countCells, matrixLines } from './conformance/matrix.js';
import { commandOf, optionsOf, type FaultOptions } from './conformance/options.js';
import { caseResultsOf } from './conformance/report.js';
import { allRules, kinds } from './conformance/subjects.js';
import { onStop } from './processes/on-stop.js';
import { signalPrograms } from './processes/run-program.js';

const help = `npm run test:faults -- [--transport NAME …] [--relay NAME …] [--consumer NAME …] [--live NAME …] [--rule N …] [--seed N]

Every rule that transports, relay modes, consumers and live updates have to keep, at its heavy counts, on real servers, one
after the other. Ends with a matrix of rules for each of these kinds, and with: N passed, N failed. What did not
run, such as for a server that can't be started here, counts as failed.

${kinds.map(({ name, members, rules }) => `  ${`--${name} NAME`.padEnd(19)}${members.join(', ')} (rules ${rules[0]} to ${rules.at(-1)}); again for more than one`).join('\n')}
                     All of them unless told
  --rule N           1 to ${Math.max(...allRules)}; again for more than one. All of them unless told
  --seed N           makes the same random choices as an earlier run, which printed its seed

Kafka needs Java and Maven, AMQP needs rabbitmq-server. See docs/how-to/conformance.md.`;

const { seed, asked, rules } = readOptions();
let stopping = false;
onStop(
  () => {
    console.log('\nStopping');
    stopping = true;
    signalPrograms('SIGTERM');
  },
  () => signalPrograms('SIGKILL'),
);

console.log(`Seed ${seed}; ${asked.flatMap(({ members }) => members).join(', ')}`);
const began = performance.now();
const { report, code } = await runVitest(
  [
    ...['unit', 'integration', 'e2e'].flatMap((project) => ['--project', project]),
    ...['--no-file-parallelism', '--hideSkippedTests'],
    ...new Set(asked.flatMap(({ members, filesOf }) => members.flatMap(filesOf))),
    ...(rules.length === 0 ? [] : ['-t', `rule (${rules.join('|')}):`]),
  ],
  {
    reporter: 'verbose',
    env: { MESH_TEST_SCALE: 'heavy', MESH_TEST_SEED: String(seed) },
  },
);
if (stopping) {
  console.log('Stopped before its end\n0 passed, 1 failed');
  process.exit(130);
}
const results = report === undefined ? [] : caseResultsOf(report);
const matrices = asked.map(({ members, rules: numbers }) => ({
  transports: members,
  rules: numbers,
  results:
    rules.length === 0
      ? results
      : results.filter(({ rule }) => rule !== null && rules.includes(rule)),
}));
const cells = matrices.map(countCells);
const passed = cells.reduce((sum, cell) => sum + cell.passed, 0);
const badCells = cells.reduce((sum, cell) => sum + cell.failed, 0);
// An error outside of any test is a failure too.
const failed = badCells === 0 && code !== 0 ? 1 : badCells;
for (const matrix of matrices) console.log(`\n${matrixLines(matrix).join('\n')}\n`);
console.log(`npm run test:faults took ${((performance.now() - began) / 1000).toFixed(1)} s`);
console.log(`The same choices again: ${commandOf({ seed, asked, rules })}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function readOptions(): FaultOptions {
  try {
    const options = optionsOf(process.argv.slice(2), process.env);
    if (!options.help) return options;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exit(2);
  }
  console.log(help);
  process.exit(0);
}
