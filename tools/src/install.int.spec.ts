import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './root.js';
import { temporaryFolder } from './testing/temporary-folder.js';

/** Stands in for npm: notes its call, takes a while, and makes node_modules as npm would. */
const fakeNpm = `
const { appendFileSync, mkdirSync } = require('node:fs');
appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n');
if (process.env.NPM_HANGS) setInterval(() => {}, 1_000);
else setTimeout(() => {
  if (process.env.NPM_FAILS) process.exit(9);
  mkdirSync('node_modules', { recursive: true });
}, 300);
`;

describe('run.mjs', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const inFolder = (...path: string[]) => join(folder.path, ...path);
  const calls = () =>
    (existsSync(inFolder('calls.txt')) ? readFileSync(inFolder('calls.txt'), 'utf8') : '').trim();

  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of ['run.mjs', 'install.mjs', 'root.mjs', 'orphan.mjs'])
      cpSync(join(root, 'tools', name), inFolder('tools', name));
    writeFileSync(inFolder('nx.json'), '{}');
    writeFileSync(inFolder('.nvmrc'), '24\n');
    writeFileSync(inFolder('package-lock.json'), '{"packages":{}}');
    writeFileSync(inFolder('npm-cli.js'), fakeNpm);
    writeFileSync(inFolder('tools', 'probe.mjs'), `console.log('ran', process.argv[2])`);
  });
  afterEach(() => folder.remove());

  const run = (
    word: string,
    env: Record<string, string> = {},
    started: (child: ChildProcess) => void = () => {},
  ) => {
    const child = spawn(process.execPath, [inFolder('tools/run.mjs'), 'tools/probe.mjs', word], {
      env: { ...process.env, npm_execpath: inFolder('npm-cli.js'), ...env },
    });
    started(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => (output += part));
    return new Promise<{ code: number | null; output: string }>((done) =>
      child.once('close', (code) => done({ code, output })),
    );
  };

  it('given no node_modules, when two commands start at once, then one installs and both run', async () => {
    const [one, other] = await Promise.all([run('one'), run('other')]);
    expect(calls()).toBe('ci --ignore-scripts --no-audit --no-fund --loglevel=error');
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(one.output).toContain('ran one');
    expect(other.output).toContain('ran other');
    expect(one.output + other.output).toContain(
      'Another command is installing the dependencies: waiting for it',
    );
  });

  it('given a command whose help is a text, when it is asked for, then it comes without an install', async () => {
    writeFileSync(inFolder('tools/probe.help.txt'), 'What it does\n');
    for (const option of ['--help', '-h'])
      expect(await run(option)).toEqual({ code: 0, output: 'What it does\n' });
    expect(calls()).toBe('');
    expect((await run('word')).output).toContain('ran word');
  });

  it('given what the lock names is there, then it does not install; given another lock, then it does', async () => {
    await run('first');
    await run('second');
    expect(calls().split('\n')).toHaveLength(1);
    writeFileSync(
      inFolder('package-lock.json'),
      '{"packages":{"node_modules/new":{"version":"1.0.0"}}}',
    );
    expect((await run('third')).output).toContain('Installing: package-lock.json has changed');
    expect(calls().split('\n')).toHaveLength(2);
  });

  it('given a new project in the workspace, then it is linked and nothing is installed', async () => {
    mkdirSync(inFolder('node_modules'));
    mkdirSync(inFolder('libs/new'), { recursive: true });
    writeFileSync(inFolder('libs/new/package.json'), '{}');
    writeFileSync(inFolder('node_modules/.package-lock.json'), '{"packages":{}}');
    const lock =
      '{"packages":{"libs/new":{},"node_modules/@mesh/new":{"resolved":"libs/new","link":true}}}';
    writeFileSync(inFolder('package-lock.json'), lock);
    expect((await run('word')).output).toBe('ran word\n');
    expect(existsSync(inFolder('node_modules/@mesh/new/package.json'))).toBe(true);
  });

  it('given that a person ran npm himself, then it does not install again', async () => {
    mkdirSync(inFolder('node_modules'));
    const lock =
      '{"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"2.0.0","optional":true}}}';
    writeFileSync(inFolder('package-lock.json'), lock);
    writeFileSync(
      inFolder('node_modules/.package-lock.json'),
      '{"packages":{"node_modules/a":{"version":"1.0.0"}}}',
    );
    expect((await run('word')).output).toBe('ran word\n');
    expect(calls()).toBe('');
  });

  it('given an install that was killed, then its lock is taken over', async () => {
    mkdirSync(inFolder('.mesh'));
    writeFileSync(inFolder('.mesh/install.lock'), '1 1');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(inFolder('.mesh/install.lock'), longAgo, longAgo);
    expect((await run('word')).output).toContain('ran word');
  });

  it('given that npm fails, then it says so and the next command tries again', async () => {
    const failed = await run('word', { NPM_FAILS: 'yes' });
    expect(failed.code).toBe(1);
    expect(failed.output).toContain(
      'npm ci failed (9). Mend what it says above and run the same command again.',
    );
    expect((await run('again')).output).toContain('ran again');
  });

  it('given SIGINT while npm installs, then it ends with npm, and the next command begins anew', async () => {
    const interrupted = await run('word', { NPM_HANGS: 'yes' }, (child) => {
      const looking = setInterval(() => {
        if (calls() === '') return;
        clearInterval(looking);
        child.kill('SIGINT');
      }, 20);
    });
    expect(interrupted).toEqual({
      code: 130,
      output:
        'Installing dependencies (first run, a minute or two)\nInterrupted: not all is installed. The same command begins it anew.\n',
    });
    expect((await run('again')).output).toContain('ran again');
  });
});
