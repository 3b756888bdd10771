import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';

const modules = join(root, 'node_modules');
const stamp = join(modules, '.installed');
const lock = join(root, '.mesh', 'install.lock');
/** A lock whose owner has not touched it for so long belongs to nobody: npm was killed in the middle. */
const staleMs = 10_000;

/**
 * Makes node_modules hold what package-lock.json names. Costs one read of the lock when it does
 * already. Safe at once from several processes: one installs, the others wait for it.
 */
export async function ensureInstalled() {
  const wanted = fingerprint();
  if (installed(wanted)) return;
  await holdLock(async () => {
    if (installed(wanted)) return;
    rmSync(stamp, { force: true });
    if (!matchesLock()) await install();
    writeFileSync(stamp, wanted);
  });
}

function fingerprint() {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${hash} ${process.platform} ${process.arch}`;
}

function installed(wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** True when someone ran npm himself: npm's own record of node_modules names every version of the lock. */
function matchesLock() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const have = JSON.parse(readFileSync(record, 'utf8')).packages;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (entry.link) return linkWorkspace(path, entry.resolved);
    const found = have[path];
    return found ? found.version === entry.version : entry.optional === true || foreign(entry);
  });
}

/** A new project of the workspace is nothing to install: its link alone is missing. */
function linkWorkspace(path, folder) {
  const link = join(root, path);
  if (existsSync(link)) return true;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), join(root, folder)), link, 'junction');
  return existsSync(link);
}

function foreign(entry) {
  const refuses = (list, value) => list && (list.includes(`!${value}`) || !list.includes(value));
  return refuses(entry.os, process.platform) || refuses(entry.cpu, process.arch);
}

async function install() {
  const started = Date.now();
  console.error(
    existsSync(modules)
      ? 'Installing: package-lock.json has changed'
      : 'Installing dependencies (first run, a minute or two)',
  );
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const viaNpm = process.env.npm_execpath?.endsWith('npm-cli.js');
  const [command, ...before] = viaNpm ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const child = spawn(command, [...before, ...args], {
    cwd: root,
    // npm's own output goes to stderr: stdout belongs to the command that was asked for.
    stdio: ['ignore', process.stderr, process.stderr],
    shell: !viaNpm && process.platform === 'win32',
    env: { ...process.env, PATH: withoutOurNode() },
  });
  const progress = setInterval(
    () => console.error(`Installing: ${seconds(started)} s so far`),
    10_000,
  );
  let interrupted = false;
  const forward = () => {
    interrupted = true;
    // Who starts this in the background has it ignore SIGINT.
    child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, forward);
  const code = await new Promise((done) => {
    child.on('error', (error) => done(error.message));
    child.on('exit', (exitCode, signal) => done(exitCode ?? signal));
  });
  clearInterval(progress);
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, forward);
  if (interrupted) {
    release();
    console.error('Interrupted: not all is installed. The same command begins it anew.');
    process.exit(130);
  }
  if (code !== 0) {
    release();
    console.error(
      `npm ci failed (${code}). Mend what it says above and run the same command again.`,
    );
    process.exit(1);
  }
  console.error(`Installed in ${seconds(started)} s`);
}

/** The Node inside node_modules disappears while npm works: it must not be the one npm runs on. */
function withoutOurNode() {
  const path = (process.env.PATH ?? '').split(delimiter);
  return path.filter((folder) => !folder.startsWith(modules)).join(delimiter);
}

async function holdLock(work) {
  mkdirSync(dirname(lock), { recursive: true });
  const token = `${process.pid} ${Date.now()}`;
  let told = false;
  while (!(await take(token))) {
    if (!told) console.error('Another command is installing the dependencies: waiting for it');
    told = true;
    await sleep(250);
  }
  const touch = setInterval(() => {
    // Gone when this process was asleep for so long that another took over.
    if (existsSync(lock)) utimesSync(lock, new Date(), new Date());
  }, 1_000);
  try {
    await work();
  } finally {
    clearInterval(touch);
    release();
  }
}

async function take(token) {
  try {
    writeFileSync(lock, token, { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isStale()) discard();
    return false;
  }
  // Two that found the same stale lock may both come here; the later one owns it.
  await sleep(50);
  return existsSync(lock) && readFileSync(lock, 'utf8') === token;
}

function isStale() {
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  return age > staleMs;
}

function discard() {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function release() {
  rmSync(lock, { force: true });
}

function seconds(started) {
  return Math.round((Date.now() - started) / 1_000);
}
