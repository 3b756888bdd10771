// Bundles one TypeScript entry with the workspace code it uses and runs it in this process:
//   node tools/exec.mjs tools/src/start.ts [argument …]
// node_modules stay external. Needs node_modules/.bin/node or any Node >= 24; npm scripts come through run.mjs.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleEntry } from './bundle.mjs';
import { whenOrphaned } from './orphan.mjs';

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
const bundled = await bundleEntry(file);
process.setSourceMapsEnabled(true);
process.argv = [process.execPath, file, ...args];
await import(pathToFileURL(bundled).href);
