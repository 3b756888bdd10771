import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../src/root.js';
import { examine } from './examine.mjs';
import { thisMachine } from './machine.mjs';
import { missingPackages } from './programs.mjs';
import { report } from './report.mjs';

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly found?: string;
  readonly neededFor: string;
}

/** A machine on which everything is, but for what is told. */
function machine(told: object = {}) {
  return {
    ...thisMachine(),
    ...{ env: { PORT: '0' }, platform: 'linux', arch: 'x64', node: '24.1.0', glibc: '2.36' },
    ...{ isRoot: false, dir: mkdtempSync(join(tmpdir(), 'doctor-')), has: () => true },
    ...{ libraries: () => 'libnss3.so libnspr4.so libexpat.so.1' },
    ...told,
  };
}

async function findings(told: object = {}): Promise<Finding[]> {
  return (await examine(machine(told))) as Finding[];
}

const ofState = (all: readonly Finding[], state: string) =>
  all.filter((finding) => finding.state === state).map(({ name }) => name);

describe('the doctor', () => {
  it('given a machine without programs of tests, then npm start works and each is named', async () => {
    const has = (command: string) => command === 'npm' || command === 'git';
    const all = await findings({ has });
    expect(ofState(all, 'fault')).toEqual([]);
    expect(ofState(all, 'missing')).toEqual([
      'curl',
      'java',
      'mvn',
      'rabbitmq-server',
      'promtool',
      'buildah',
      'kubectl',
    ]);
    const text = report(all);
    expect(text).toContain('Debian: apt-get install maven');
    expect(text).toContain('macOS: brew install maven');
    expect(text).toContain('npm start has all that it needs; npm test skips a part without: curl,');
  });

  it.each([
    ['an old Node', { node: '18.19.0' }, 'Node 20 or later'],
    ['no Node 24 from npm', { node: '22.0.0', platform: 'darwin' }, 'Node 24'],
    ['musl', { glibc: undefined }, 'PostgreSQL'],
    ['a platform without PostgreSQL', { arch: 's390x' }, 'PostgreSQL'],
    ['no npm', { has: (command: string) => command !== 'npm' }, 'npm'],
  ])('given %s, then npm start can not work, and why', async (_, told, name) => {
    const all = await findings(told);
    expect(ofState(all, 'fault')).toEqual([name]);
    expect(report(all)).toContain(`npm start can't work here: mend ${name}`);
  });

  it('given a database of your own, then a platform without PostgreSQL is fine', async () => {
    const all = await findings({
      glibc: undefined,
      env: { PORT: '0', DATABASE_URL: 'postgres://db' },
    });
    expect(ofState(all, 'fault')).toEqual([]);
  });

  it('given a folder that can not be written, then that is a fault', async () => {
    const all = await findings({ dir: '/proc/none' });
    expect(ofState(all, 'fault')).toEqual(['a folder with links']);
  });

  it('given a taken port, then says that the next one is used', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const all = await findings({ env: { PORT: String(port) } });
    server.close();
    expect(all.find(({ name }) => name === `port ${port}`)).toMatchObject({ state: 'note' });
  });

  it.each([
    [
      'runs',
      'one',
      'runs already (process 42, http://here:1): use it, or stop it before npm start: kill 42',
    ],
    ['was killed', 'another', 'process 42 was killed; npm start takes over what it left'],
  ])('given a mesh that %s, then says what to do', async (_, identity, found) => {
    const dir = mkdtempSync(join(tmpdir(), 'doctor-'));
    writeFileSync(join(dir, 'lock.json'), JSON.stringify({ pid: 42, identity }));
    writeFileSync(join(dir, 'endpoints.json'), '{"a":{},"edge":{"http":"http://here:1"}}');
    const all = await findings({ dir, startOf: () => 'one' });
    expect(all).toContainEqual(expect.objectContaining({ state: 'note', found }));
  });

  it('given missing libraries and no kubectl, then names the packages that .ci/run installs', () => {
    const told = {
      has: (command: string) => command !== 'kubectl',
      libraries: () => 'libnspr4.so',
    };
    expect(missingPackages(machine(told))).toEqual(['unzip', 'libnss3', 'libexpat1']);
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain('node tools/doctor.mjs --debian');
  });
});

describe('npm run doctor', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'tools/doctor.mjs'), ...args], { encoding: 'utf8' });

  it('needs nothing installed, and ends as it says', () => {
    const { status, stdout } = run('--json');
    const { starts, findings } = JSON.parse(stdout) as { starts: boolean; findings: Finding[] };
    expect(status).toBe(starts ? 0 : 1);
    expect(findings.map(({ name }) => name)).toContain('disk space');
  });

  it('given an option that it has not, then shows those that it has', () => {
    const { status, stderr } = run('--fix');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^There is no option --fix\n\nnpm run doctor/);
  });
});
