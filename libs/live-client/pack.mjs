// Makes a package of the client that a project elsewhere can install: JavaScript modules, types, README.
//   npm run pack:live-client [-- FOLDER]     the .tgz is put into FOLDER, dist/libs unless told
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
const folder = resolve(process.argv[2] ?? join(root, 'dist/libs'));
const built = join(folder, 'live-client');
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(
  process.execPath,
  [tsc, '-p', join(here, 'tsconfig.package.json'), '--outDir', join(built, 'lib')],
  { stdio: 'inherit' },
);
for (const file of ['libs/live-client/README.md', 'LICENSE'])
  cpSync(join(root, file), join(built, file.split('/').at(-1)));
const { private: _private, exports: _sources, ...own } = read(join(here, 'package.json'));
const manifest = {
  ...{ ...own, version: read(join(root, 'package.json')).version },
  ...{ description: 'Live updates of a gateway, for browsers and Node', license: 'MIT' },
  exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' } },
  ...{ files: ['lib'], engines: { node: '>=22' } },
};
writeFileSync(join(built, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
  cwd: built,
  encoding: 'utf8',
});
console.log(join(folder, packed.trim()));
