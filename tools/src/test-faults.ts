import { runVitest } from './checks/vitest-check.js';
import { allRules, countCells, matrixLines } from './conformance/matrix.js';
import { commandOf, optionsOf, type FaultOptions } from './conformance/options.js';
import { caseResultsOf } from './conformance/report.js';
import { onStop } from './processes/on-stop.js';
import { signalPrograms } from './processes/run-program.js';

const help = `npm run test:faults -- [--transport NAME …] [--rule N …] [--seed N]

Every rule that a transport has to keep, at its heavy counts, on real servers, one transport after the
other. Ends with the matrix of rules and transports, and with: N passed, N failed. What did not run, such
as for a server that can't be started here, counts as failed.

  --transport NAME   embedded, kafka or amqp; again for more than one. All of them unless told
  --rule N           1 to ${allRules.length}; again for more than one. All of them unless told
  --seed N           makes the same random choices as an earlier run, which printed its seed

Kafka needs Java and Maven, AMQP needs rabbitmq-server. See docs/how-to/conformance.md.`;

const { seed, transports, rules } = asked();
let stopping = false;
onStop(
  () => {
    console.log('\nStopping');
    stopping = true;
    signalPrograms('SIGTERM');
  },
  () => signalPrograms('SIGKILL'),
);

console.log(`Seed ${seed}; ${transports.join(', ')}`);
const began = performance.now();
const { report, code } = await runVitest(
  [
    ...['--project', 'integration', '--no-file-parallelism', '--hideSkippedTests'],
    ...transports.map((name) => `libs/messaging/src/transports/${name}/${name}.int.spec.ts`),
    ...transports.map((name) => `libs/messaging/src/testing/faults/${name}-faults.int.spec.ts`),
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
const matrix = {
  transports,
  rules: rules.length === 0 ? allRules : rules,
  results:
    rules.length === 0
      ? results
      : results.filter(({ rule }) => rule !== null && rules.includes(rule)),
};
const { passed, failed: badCells } = countCells(matrix);
// An error outside of any test is a failure too.
const failed = badCells === 0 && code !== 0 ? 1 : badCells;
console.log(`\n${matrixLines(matrix).join('\n')}\n`);
console.log(`npm run test:faults took ${((performance.now() - began) / 1000).toFixed(1)} s`);
console.log(`The same choices again: ${commandOf({ seed, transports, rules })}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function asked(): FaultOptions {
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
