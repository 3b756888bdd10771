import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import { root } from '@mesh/tools/root';
import { describe, expect, it } from 'vitest';
import { defects, type Defect } from './defect.js';

const FIVE_MINUTES_MS = 300_000;
const seed = Number(process.env['MESH_TEST_SEED']);

/** What half a minute of faults in a mesh with the defect says. */
async function half(defect: Defect, round: number) {
  const options = ['--minutes', '0.5', '--seed', String((seed + round) % 2 ** 32)];
  const { code, output } = await runProgram('node', [
    ...[join(root, 'tools/exec.mjs'), join(root, 'chaos/src/main.ts')],
    ...['--defect', defect.name, ...options],
  ]);
  const [, lost, doubled] = /, lost (\d+), doubled (\d+), disordered \d+$/m.exec(output) ?? [];
  const [, kept] = /^Kept for you to look at: (\/\S+)$/m.exec(output) ?? [];
  if (kept !== undefined) rmSync(kept, { recursive: true });
  return { code, output, found: { lost: Number(lost ?? 0), doubled: Number(doubled ?? 0) } };
}

describe.each(defects)('a mesh in which $what', (defect) => {
  it(`given faults, then the checker finds something ${defect.shows} within five minutes, and names the history of its key`, async () => {
    const until = performance.now() + FIVE_MINUTES_MS;
    const said: string[] = [];
    for (let round = 0; performance.now() < until; round += 1) {
      const { code, output, found } = await half(defect, round);
      said.push(output);
      if (found[defect.shows] === 0) continue;
      expect(code).toBe(1);
      const [, file = ''] =
        new RegExp(`^${defect.shows}: .* \\((/\\S+\\.txt)\\)$`, 'm').exec(output) ?? [];
      expect(existsSync(file), output).toBe(true);
      return;
    }
    throw new Error(`Nothing ${defect.shows} within five minutes:\n${said.join('\n')}`);
  });
});
