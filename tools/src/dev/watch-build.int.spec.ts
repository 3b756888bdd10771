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
  try {
    await until('the first build', () => said.length === 1);
    writeFileSync(input, 'export const answer = ;');
    await until('the failed one', () => said.length === 2);
    writeFileSync(input, 'export const answer = 2;');
    await until('the mended one', () => said.length === 3);
    expect(said).toEqual(['built', expect.stringContaining('main.ts'), 'built']);
  } finally {
    await watcher.close();
  }
});
