import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../../root.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';

/** Does what Nx does with a generator, and in the middle of writing what `during` says. */
const nx = `
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guarded } from './tools/generators/guarded.mjs';

const during = process.argv[2];
const root = process.cwd();
const changes = [
  { path: 'changed.txt', type: 'UPDATE', content: Buffer.from('new text') },
  { path: 'made/deep/one.txt', type: 'CREATE', content: Buffer.from('one') },
  { path: 'gone', type: 'DELETE', content: null },
  { path: 'made/two.txt', type: 'CREATE', content: Buffer.from('two') },
];
const tree = { root, listChanges: () => (during === 'nothing' ? [] : changes) };
const task = await guarded('invented', tree, async () => async () => {
  console.log('generated');
  if (during === 'SIGTERM') await new Promise((done) => setTimeout(done, 60_000));
});
if (process.env.NX_DRY_RUN === 'true') process.exit(0);
for (const { path, content } of tree.listChanges()) {
  if (path === 'made/two.txt') {
    writeFileSync(join(root, path), 't');
    if (during === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
    if (during === 'ENOSPC') throw new Error('ENOSPC');
    if (during === 'SIGTERM') process.kill(process.pid, 'SIGTERM');
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  if (content === null) rmSync(join(root, path), { recursive: true });
  else writeFileSync(join(root, path), content);
}
await task();
`;

describe('a generator that is interrupted', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const at = (path: string) => join(folder.path, path);
  const put = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null);
  const files = () => [read('changed.txt'), read('gone/a.txt'), existsSync(at('made'))];
  const before = ['old text', 'a', false];
  const after = ['new text', null, true];

  beforeEach(() => {
    folder = temporaryFolder();
    for (const path of ['root.mjs', 'run.mjs', 'install.mjs', 'orphan.mjs', 'generators'])
      cpSync(join(root, 'tools', path), at(`tools/${path}`), { recursive: true });
    put('nx.json', '{}');
    put('nx.mjs', nx);
    put('changed.txt', 'old text');
    put('gone/a.txt', 'a');
    put('.gitignore', 'dist\n');
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'All');
  });
  afterEach(() => folder.remove());

  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.path });
  const node = (args: readonly string[], env: Record<string, string> = {}) => {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
      ...{ cwd: folder.path, encoding: 'utf8', env: { ...process.env, ...env } },
    });
    return { code: status ?? signal, output: stdout + stderr };
  };
  const generate = (during = '', env = {}) => node(['nx.mjs', during], env);

  it('given nothing happens, then all is written, what is made of it also, and nothing is said', () => {
    expect(generate()).toEqual({ code: 0, output: 'generated\n' });
    expect(files()).toEqual(after);
  });

  it('given SIGKILL in the middle, when run again, then takes back what is there and writes all', () => {
    expect(generate('SIGKILL').code).toBe('SIGKILL');
    expect([files()[0], read('made/two.txt')]).toEqual(['new text', 't']);
    const again = generate();
    expect(again.output).toContain(
      'The generator invented had been interrupted while it wrote: what was there of it is taken back.',
    );
    expect([again.code, files(), read('made/two.txt')]).toEqual([0, after, 'two']);
  });

  it('given SIGKILL in the middle, when taken back, then nothing of it is left', () => {
    generate('SIGKILL');
    expect(node(['tools/run.mjs', 'tools/x.mjs'])).toEqual({
      code: 1,
      output:
        'A generator was interrupted while it wrote. Take back what is there of it: node tools/generators/undo.mjs\n',
    });
    expect(node(['tools/generators/undo.mjs']).output).toBe(
      'Everything is as it was before the generator invented.\n',
    );
    expect(files()).toEqual(before);
    expect(git('status', '--porcelain').toString()).toBe('');
    expect(node(['tools/generators/undo.mjs']).output).toBe(
      'No generator was interrupted while it wrote: there is nothing to take back.\n',
    );
  });

  it('given SIGKILL, and then somebody changes a file, then that one is left, and told', () => {
    generate('SIGKILL');
    put('changed.txt', 'by hand');
    expect(node(['tools/generators/undo.mjs']).output).toContain(
      'But for what was changed since, which is left:\n  changed.txt\n',
    );
    expect(files()).toEqual(['by hand', 'a', false]);
  });

  it('given SIGKILL, when run with --dry-run, then changes nothing and says how to take it back', () => {
    generate('SIGKILL');
    const { code, output } = generate('', { NX_DRY_RUN: 'true' });
    expect([code, files()[0]]).toEqual([1, 'new text']);
    expect(output).toContain('Take back what is there of it: node tools/generators/undo.mjs');
  });

  it('given the disk refuses in the middle, then all is as before, and said', () => {
    const { code, output } = generate('ENOSPC');
    expect([code, files()]).toEqual([1, before]);
    expect(output).toContain('Not everything could be written: all files are as they were before.');
  });

  it('given the disk refuses the journal, then nothing is written', () => {
    put('dist', 'a file where the folder would be');
    expect(generate().code).toBe(1);
    expect(files()).toEqual(before);
    rmSync(at('dist'));
  });

  it('given SIGTERM, then the files are whole, and what is missing is said', () => {
    const { code, output } = generate('SIGTERM');
    expect([code, files(), read('made/two.txt')]).toEqual([130, after, 'two']);
    expect(output).toContain(
      '4 files are written whole, but not what is made from them. Go on with: npm run generate',
    );
    expect(node(['tools/generators/undo.mjs']).output).toContain('there is nothing to take back');
  });

  it('given a dirty git tree, then warns of it in one line, unless nothing is to be written', () => {
    put('changed.txt', 'old text, and mine');
    expect(generate('nothing').output).toBe('generated\n');
    expect(generate('', { NX_DRY_RUN: 'true' }).output).toBe('');
    expect(generate().output).toBe(
      'generated\nThe git tree has 1 uncommitted change: after a commit or git stash -u, git checkout . && git clean -fd would take back the generator alone.\n',
    );
  });
});
