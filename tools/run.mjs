// Entry of every npm script. Needs nothing installed and runs on any Node >= 20: installs what the lock
// names when node_modules is missing or older, then goes on under the Node that the project pins.
//   node tools/run.mjs tools/x.mjs …        a script of ours
//   node tools/run.mjs tools/src/x.ts …     the same, bundled first (tools/exec.mjs)
//   node tools/run.mjs prettier …           a program of node_modules/.bin
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { whenOrphaned } from './orphan.mjs';
import { root } from './root.mjs';

const windows = process.platform === 'win32';
const bin = join(root, 'node_modules', '.bin');
const [program, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);

if (!program) fail('usage: node tools/run.mjs FILE-OR-PROGRAM [argument …]');
if (major < 20) fail(`Node 20 or later is needed to begin; this is ${process.version}.`);
showHelp();
if (existsSync(join(root, 'dist', 'generating.json'))) {
  fail(
    'A generator was interrupted while it wrote. Take back what is there of it: node tools/generators/undo.mjs',
  );
}
await ensureInstalled();

const wanted = Number(readFileSync(join(root, '.nvmrc'), 'utf8'));
const pinned = join(bin, windows ? 'node.exe' : 'node');
const node = existsSync(pinned) ? pinned : process.execPath;
if (node === process.execPath && major < wanted) {
  fail(
    `Node ${wanted} is needed; npm has none for this platform and this is ${process.version}. Run: nvm use`,
  );
}

const command = commandFor(program);
const child = spawn(command[0], [...command.slice(1), ...args], {
  cwd: root,
  stdio: 'inherit',
  shell: windows && command.length === 1,
  env: {
    ...process.env,
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    MESH_PARENT: String(process.pid),
  },
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm passes signals on; a shell between npm and this process, or npm killed hard, does not.
if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill('SIGTERM'));
child.on('error', (error) => fail(`${program} did not start: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));

/** Of a script that has it as a text beside it: nobody should wait for an install to read that. */
function showHelp() {
  const text = join(root, program.replace(/\.(ts|mjs)$/, '.help.txt'));
  if (!text.endsWith('.help.txt') || !existsSync(text)) return;
  if (!args.includes('--help') && !args.includes('-h')) return;
  process.stdout.write(readFileSync(text));
  process.exit(0);
}

function commandFor(name) {
  if (name.endsWith('.ts')) return [node, join(root, 'tools/exec.mjs'), name];
  if (name.endsWith('.mjs')) return [node, join(root, name)];
  return [name];
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
