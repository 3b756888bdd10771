import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import { root } from '@mesh/tools/root';
import { afterAll, expect, it } from 'vitest';
import { blocksOf } from './blocks.js';

const path = 'docs/how-to/upgrade.md';
const [beginning, later] = blocksOf({ path, text: readFileSync(join(root, path), 'utf8') }).filter(
  ({ mark }) => mark?.kind === 'run by',
);
const folder = mkdtempSync(join(tmpdir(), 'mesh-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bin = join(folder, 'bin');
const starter = join(folder, 'starter');
const clone = join(folder, 'clone');
const fixture = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
/** The real rename is proven elsewhere; this one is as thorough on three files. */
const doubles = {
  npm: 'exit 0',
  npx: `[ "$*" = 'nx g ./tools/generators.json:rename city-library' ] || exit 9
git ls-files | while read -r file; do sed -i 's/mesh/city-library/g' "$file"; done`,
};

async function shell(commands: string, cwd: string): Promise<void> {
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    ...{ GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.invalid' },
    ...{ GIT_COMMITTER_NAME: 'Test', GIT_COMMITTER_EMAIL: 'test@example.invalid' },
    ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_MERGE_AUTOEDIT: 'no' },
  };
  const { code, output } = await runProgram('bash', ['-ec', commands], { cwd, env });
  expect(code, output).toBe(0);
}

it('given a renamed clone with work of its own, when it takes a new version, then it has both', async () => {
  for (const [name, script] of Object.entries(doubles)) {
    fixture(join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  fixture(join(starter, 'libs/a.txt'), 'mesh\none\ntwo\nthree\nfour\n');
  fixture(join(starter, 'apps/b.txt'), 'mesh example\n');
  fixture(join(starter, 'old.txt'), 'mesh goes\n');
  await shell('git init -q -b main && git add . && git commit -q -m First', starter);
  await shell(`git clone -q ${starter} ${clone}`, folder);
  await shell(beginning!.text, clone);

  fixture(join(clone, 'libs/a.txt'), 'city-library\nONE\ntwo\nthree\nfour\n');
  fixture(join(clone, 'apps/mine.txt'), 'mine\n');
  await shell('git add . && git commit -q -m Mine', clone);
  fixture(join(starter, 'libs/a.txt'), 'mesh\none\ntwo\nthree\nFOUR of mesh\n');
  fixture(join(starter, 'libs/new.txt'), 'mesh is new\n');
  await shell('git rm -q old.txt && git add . && git commit -q -m Second', starter);
  await shell(later!.text, clone);

  const read = (file: string) => readFileSync(join(clone, file), 'utf8');
  expect(read('libs/a.txt')).toBe('city-library\nONE\ntwo\nthree\nFOUR of city-library\n');
  expect(read('libs/new.txt')).toBe('city-library is new\n');
  expect(read('apps/mine.txt')).toBe('mine\n');
  expect(() => read('old.txt')).toThrow('ENOENT');
  await shell('test -z "$(git status --porcelain)"', clone);
});
