import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { LaunchError } from '@mesh/tools/launcher';
import { onStop } from '@mesh/tools/processes/on-stop';
import { PostgresError } from '@mesh/tools/postgres';
import { root } from '@mesh/tools/root';
import { ServerError } from '@mesh/tools/servers/server-error';
import { bundleWith } from './defects/bundle-defect.js';
import { allFaults } from './faults/deck.js';
import { help, readOptions, type ChaosOptions } from './options.js';
import { isFailure, runChaos } from './run-chaos.js';
import { workloadOf } from './start-workload.js';

const asked = readOptions(process.argv.slice(2), {
  anySeed: () => randomInt(2 ** 32),
  kinds: allFaults.map(({ kind }) => kind),
});
if (asked.kind === 'run') process.exit(await run(asked.options));
if (asked.kind === 'wrong') console.error(`${asked.faults.join('\n')}\n\n${help}`);
else console.log(help);
process.exit(asked.kind === 'wrong' ? 2 : 0);

async function run(options: ChaosOptions): Promise<number> {
  const stopping = new AbortController();
  onStop(
    () => stopping.abort(),
    () => process.exit(130),
  );
  try {
    const { defect, sound = false, relay } = options;
    const result = await runChaos({
      options,
      prepare: async () => ({
        ...(defect && !sound && { bundles: await bundleWith(defect) }),
        ...(relay && { relay }),
        // Short, so that what a defect loses does not keep the verdict waiting.
        ...(defect && { env: { RESERVATION_TIMEOUT_MS: '5000' } }),
      }),
      // More work, so that a fault meets more of it under way.
      startWorkload: workloadOf(defect ? { shoppers: 12 } : {}),
      reportDir: join(root, '.mesh', 'chaos'),
      say: (line) => console.log(line),
      signal: stopping.signal,
    });
    if (result.verdict === undefined && stopping.signal.aborted) return 130;
    return isFailure(result) ? 1 : 0;
  } catch (error) {
    const expected = [LaunchError, PostgresError, ServerError].some(
      (kind) => error instanceof kind,
    );
    console.error(expected ? (error as Error).message : error);
    return 1;
  }
}
