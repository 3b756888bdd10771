import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { copyWorkspace } from '../starter/copy-workspace.js';
import { light, runPlan, whole } from '../starter/steps.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { sum, type Check, type CheckOptions, type Counts } from './check.js';

/** A copy of this workspace gets another name and services of its own, and loses the example; then it is checked. */
export const starterCheck: Check = {
  stage: 'starter',
  title: "the starter made somebody's own",
  run: checkStarter,
};

async function checkStarter({ filters }: CheckOptions): Promise<Counts> {
  const starter = JSON.parse(readFileSync(join(root, 'starter.json'), 'utf8')) as object;
  if ('exampleRemoved' in starter) {
    console.log('The example is gone: this is no starter any more, but your own.');
    return sum([]);
  }
  const folder = temporaryFolder();
  try {
    const copy = join(folder.path, 'workspace');
    await copyWorkspace(copy);
    await commit(copy);
    const { passed, failed } = await runPlan(copy, filters.includes('whole') ? whole : light);
    return { passed: passed.length, failed: failed.length, skipped: 0, failures: failed };
  } finally {
    folder.remove();
  }
}

/** Some checks ask git for the files, and what they were. */
async function commit(cwd: string): Promise<void> {
  const author = ['-c', 'user.name=Starter', '-c', 'user.email=starter@example.invalid'];
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    [...author, 'commit', '-qm', '.'],
  ])
    await runProgram('git', args, { cwd });
}
