import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runText } from '../testing/run-entry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { lockMesh } from './mesh-lock.js';

describe('lockMesh', () => {
  const folder = temporaryFolder();
  const dir = folder.path;
  const file = join(dir, 'lock.json');
  const say = () => {};
  afterAll(() => folder.remove());

  it('given a mesh on the folder, when another starts, then it is refused with what to do', async () => {
    const unlock = await lockMesh(dir, say);
    writeFileSync(join(dir, 'endpoints.json'), '{"gateway":{"http":"http://127.0.0.1:3000"}}');
    await expect(lockMesh(dir, say)).rejects.toThrow(
      `A mesh already runs on ${dir} (process ${process.pid}, http://127.0.0.1:3000). ` +
        `Use that one, stop it with Ctrl-C there or: kill ${process.pid}. ` +
        'To run another beside it, give it a folder: MESH_DIR=.mesh-2 npm start',
    );
    unlock();
    expect(existsSync(file)).toBe(false);
  });

  it('given the lock of a process that was killed, then it is taken over', async () => {
    const owner = runText(
      `import { lockMesh } from '@tools/launcher/mesh-lock.js';
       await lockMesh(${JSON.stringify(dir)}, () => {});
       console.log('locked');
       setInterval(() => {}, 1000);`,
      'lock-owner',
    );
    await until('it is locked', () => owner.output().includes('locked'));
    await expect(lockMesh(dir, say)).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    owner.child.kill('SIGKILL');
    await until('it has ended', () => owner.child.signalCode !== null);
    (await lockMesh(dir, say))();
  });

  it('given the lock of a number that another program has now, then it is taken over', async () => {
    writeFileSync(
      file,
      JSON.stringify({ pid: process.pid, identity: 'another', guardian: 1, guardianIdentity: 'x' }),
    );
    (await lockMesh(dir, say))();
  });

  it('given a lock that can not be read, then it is taken over', async () => {
    writeFileSync(file, '{');
    (await lockMesh(dir, say))();
  });
});
