// Bundles one TypeScript entry with the workspace code it uses and runs it in this process:
//   node tools/exec.mjs tools/src/start.ts [argument …]
// node_modules stay external. Needs node_modules/.bin/node or any Node >= 24; npm scripts come through run.mjs.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { common } from './bundle.mjs';
import { whenOrphaned } from './orphan.mjs';
import { root } from './root.mjs';

// What asks this process to end may be gone before it could ask.
if (process.env.MESH_PARENT === String(process.ppid)) {
  whenOrphaned(() => process.kill(process.pid, 'SIGTERM'));
}
delete process.env.MESH_PARENT;

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error('usage: node tools/exec.mjs FILE.ts [argument …]');
  process.exit(1);
}
const file = resolve(entry);
const bundled = await bundle();
process.setSourceMapsEnabled(true);
process.argv = [process.execPath, file, ...args];
await import(pathToFileURL(bundled).href);

async function bundle() {
  const build = await rolldown({ ...common, input: file });
  const { output } = await build.generate({
    format: 'esm',
    sourcemap: 'inline',
    codeSplitting: false,
  });
  await build.close();
  const name = relative(root, file).replaceAll(/[\\/]/g, '-').replace(/\.ts$/, '.js');
  const target = join(root, 'dist', 'tools', name);
  mkdirSync(dirname(target), { recursive: true });
  // Several may run the same entry at once: each reads a whole file, its own or an equal one.
  const aside = join(dirname(target), `.${process.pid}-${basename(target)}`);
  writeFileSync(aside, output[0].code);
  renameSync(aside, target);
  return target;
}
