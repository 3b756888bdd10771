import { countsOf, runVitest } from './checks/vitest-check.js';
import { fuzzKindNames, fuzzKinds } from './fuzz/kinds.js';
import { fuzzCommandOf, fuzzOptionsOf, type FuzzOptions } from './fuzz/options.js';
import { onStop } from './processes/on-stop.js';
import { signalPrograms } from './processes/run-program.js';

const help = `npm run test:fuzz -- [--cases N] [--only KIND …] [--seed N]

Whatever a stranger may send, made by chance: what is asked must not crash, leave a rejection unhandled, answer
with a 5xx other than a documented 503, or keep memory. Ends with: N passed, N failed.

  --cases N     of all kinds together. 100000 unless told
  --only KIND   ${fuzzKindNames.join(', ')}; again for more than one. All of them unless told
  --seed N      makes the same cases as an earlier run, which printed its seed

A few of the same cases run in npm test. See docs/how-to/http-api.md.`;

/** Cases take as long as they take; each has a deadline of its own. */
const patienceMs = 24 * 3_600_000;

const options = readOptions();
let stopping = false;
onStop(
  () => {
    console.log('\nStopping');
    stopping = true;
    signalPrograms('SIGTERM');
  },
  () => signalPrograms('SIGKILL'),
);

console.log(`Seed ${options.seed}; ${options.cases} cases: ${options.kinds.join(', ')}`);
const began = performance.now();
const { report, code } = await runVitest(
  [
    ...['--project', 'service', '--no-file-parallelism', `--testTimeout=${patienceMs}`],
    ...options.kinds.flatMap((kind) => fuzzKinds[kind]),
  ],
  {
    reporter: 'verbose',
    env: {
      MESH_FUZZ_CASES: String(Math.ceil(options.cases / options.kinds.length)),
      MESH_TEST_SEED: String(options.seed),
    },
  },
);
if (stopping) {
  console.log('Stopped before its end\n0 passed, 1 failed');
  process.exit(130);
}
const { passed, failed } = countsOf(report, code);
console.log(`npm run test:fuzz took ${((performance.now() - began) / 1000).toFixed(1)} s`);
console.log(`The same cases again: ${fuzzCommandOf(options)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function readOptions(): FuzzOptions {
  try {
    const read = fuzzOptionsOf(process.argv.slice(2), process.env);
    if (!read.help) return read;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exit(2);
  }
  console.log(help);
  process.exit(0);
}
