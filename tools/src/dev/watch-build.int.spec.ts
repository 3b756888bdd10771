import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { watchBuild } from './watch-build.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('given a change that does not build, then it is no build until it is mended', async () => {
  const input = join(folder.path, 'main.ts');
  writeFileSync(input, 'export const answer = 1;');
  const said: string[] = [];
  const watcher = watchBuild(
    { input, output: { dir: join(folder.path, 'dist') }, watch: { clearScreen: false } },
    { onBuilt: () => said.push('built'), onFailed: (message) => said.push(message) },
  );
  // Saved again while nothing is said: a change just behind a build may not be seen by the system's watch.
  const saved = (what: string, text: string, isSaid: (last: string) => boolean) => {
    let savedAt = -Infinity;
    return until(what, () => {
      if (performance.now() - savedAt > 2000) {
        writeFileSync(input, text);
        savedAt = performance.now();
      }
      return isSaid(said.at(-1) ?? '');
    });
  };
  try {
    await until('the first build', () => said.length === 1);
    await saved('the failed one', 'export const answer = ;', (last) => last.includes('main.ts'));
    await saved('the mended one', 'export const answer = 2;', (last) => last === 'built');
    expect(said[0]).toBe('built');
    expect(said.indexOf('built', 1)).toBe(said.length - 1);
  } finally {
    await watcher.close();
  }
});
