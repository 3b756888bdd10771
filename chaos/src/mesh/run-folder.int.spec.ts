import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runText } from '@mesh/tools/testing/run-entry';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { until } from '@mesh/tools/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunFolder } from './run-folder.js';

describe('openRunFolder', () => {
  let parent: ReturnType<typeof temporaryFolder>;
  beforeEach(() => void (parent = temporaryFolder()));
  afterEach(() => parent.remove());
  const open = (said: string[] = []) => openRunFolder(parent.path, (line) => said.push(line));

  it('given a run that was killed, then the next one removes its folder', async () => {
    const killed = runText(
      `import { openRunFolder } from '${join(import.meta.dirname, 'run-folder.ts')}';
       console.log((await openRunFolder(${JSON.stringify(parent.path)}, () => {})).dir);
       setInterval(() => {}, 1000);`,
      'run-folder-owner',
    );
    await until('it has a folder', () => killed.output().includes('mesh-chaos-'));
    const dir = /\/\S*mesh-chaos-\w+/.exec(killed.output())?.[0] ?? '';
    writeFileSync(join(dir, 'data'), 'of a server');
    killed.child.kill('SIGKILL');
    await until('it has ended', () => killed.child.signalCode !== null);
    const said: string[] = [];
    const folder = await open(said);
    expect(readdirSync(parent.path)).toEqual([folder.dir.slice(parent.path.length + 1)]);
    expect(said).toContain(`Removing ${dir}, which a run that was killed has left`);
    await folder.close({ keep: false });
    expect(readdirSync(parent.path)).toEqual([]);
  });

  it('given a run that is at work, or a folder that was kept, then leaves them', async () => {
    const kept = await open();
    await kept.close({ keep: true });
    const running = await open();
    mkdirSync(join(parent.path, 'mesh-chaos-new'));
    const folder = await open();
    for (const { dir } of [kept, running]) expect(existsSync(dir)).toBe(true);
    expect(existsSync(join(parent.path, 'mesh-chaos-new'))).toBe(true);
    await Promise.all([running, folder].map((one) => one.close({ keep: false })));
  });
});
