import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import { root } from '@mesh/tools/root';
import { describe, expect, it } from 'vitest';
import { defects, type Defect } from './defect.js';

const seed = process.env['MESH_TEST_SEED'] ?? '1';

/** What a run says that ends when it has found something, or when its faults have taken four minutes. */
async function run(defect: Defect) {
  const options = ['--defect', defect.name, '--minutes', '4', '--seed', seed];
  const program = [join(root, 'tools/exec.mjs'), join(root, 'chaos/src/main.ts')];
  const { code, output } = await runProgram('node', [...program, ...options]);
  const [, lost, doubled] = /, lost (\d+), doubled (\d+), disordered \d+$/m.exec(output) ?? [];
  const [, kept] = /^Kept for you to look at: (\/\S+)$/m.exec(output) ?? [];
  if (kept !== undefined) rmSync(kept, { recursive: true });
  return { code, output, found: { lost: Number(lost ?? 0), doubled: Number(doubled ?? 0) } };
}

describe.each(defects)('a mesh in which $what', (defect) => {
  it(`given faults, then the checker finds something ${defect.shows} within five minutes, and names the history of its key`, async () => {
    const { code, output, found } = await run(defect);
    expect(found[defect.shows], output).toBeGreaterThan(0);
    expect(code, output).toBe(1);
    const [, file = ''] =
      new RegExp(`^${defect.shows}: .* \\((/\\S+\\.txt)\\)$`, 'm').exec(output) ?? [];
    expect(existsSync(file), output).toBe(true);
  });
});
