import { parseArgs } from 'node:util';
import { pageNames } from '../bundle.mjs';
import { runVitest } from './checks/vitest-check.js';
import { onStop } from './processes/on-stop.js';
import { allServices } from './services/index.js';
import { runProgram, signalPrograms } from './processes/run-program.js';

const help = `npm run check:rolling -- [--minutes N]

Two replicas of each service as processes are replaced one by one for N minutes (5 unless told) while orders are
placed and browsers watch, as pods are by a rolling update. No request may fail, nothing may be lost.`;

const minutes = readMinutes();
onStop(
  () => signalPrograms('SIGTERM'),
  () => signalPrograms('SIGKILL'),
);
const built = await runProgram('node', [
  ...['tools/build.mjs', '--if-changed'],
  ...[...allServices().map(({ name }) => name), ...pageNames()],
]);
if (built.code !== 0) {
  console.error(built.output);
  process.exit(1);
}
const { code } = await runVitest(['--project', 'e2e', 'apps/e2e/src/rolling-update'], {
  env: { MESH_ROLLING_MINUTES: String(minutes) },
});
process.exit(code);

function readMinutes(): number {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        minutes: { type: 'string', default: '5' },
      },
    });
    const number = Number(values.minutes);
    if (!(number > 0 && number <= 600))
      throw new TypeError(`--minutes: expected above 0, at most 600; received "${values.minutes}"`);
    if (!values.help) return number;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
  console.log(help);
  process.exit(0);
}
