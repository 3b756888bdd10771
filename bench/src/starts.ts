import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mesh } from '@mesh/tools/testing/mesh';

/** `npm start` to its ready line: with an empty data folder, then with that folder again. */
export async function starts(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'mesh-bench-'));
  for (const what of ['empty data folder', 'the same folder again', 'and again']) {
    const from = performance.now();
    const mesh = await Mesh.start({ dir });
    console.log(
      `npm start, ${what}: ready after ${((performance.now() - from) / 1_000).toFixed(1)} s`,
    );
    await mesh.stop();
  }
  rmSync(dir, { recursive: true, force: true });
}
