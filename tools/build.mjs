// node tools/build.mjs [--if-changed] NAME …: builds services and the page into dist/apps/NAME.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './bundle.mjs';
import { isCurrent } from './fingerprint.mjs';
import { root } from './root.mjs';

const args = process.argv.slice(2);
const names = args.filter((arg) => arg !== '--if-changed');
const unknown = names.find((name) => !existsSync(join(root, 'apps', name, 'package.json')));
if (names.length === 0 || unknown) {
  fail(
    `usage: node tools/build.mjs [--if-changed] NAME …, folders of apps/; got ${unknown ?? 'none'}`,
  );
}
for (const name of names) {
  if (args.includes('--if-changed') && isCurrent(root, name)) continue;
  const started = performance.now();
  await build(name).catch((error) => fail(`${name}: ${error.message}`));
  console.log(`${name}: built in ${Math.round(performance.now() - started)} ms`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
