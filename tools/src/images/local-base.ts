import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { findCommand } from '../servers/find-command.js';
import { build, buildah } from './buildah.js';

/** What a `RUN` of the Dockerfile needs. */
const programs = ['/bin/sh', '/bin/bash', '/usr/bin/env'];
/** Of the C library: native packages load more of it than node does. */
const libraries = /^(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|util|gcc_s|stdc\+\+))\.so[.\d]*$/;

/** The base that the Dockerfile pins. @throws Error when it names none by its exact version */
export function baseOf(workspace: string): string {
  const text = readFileSync(join(workspace, 'Dockerfile'), 'utf8');
  const [, base] = /^ARG NODE_IMAGE=(\S+:\d+\.\d+\.\d+\S*)$/m.exec(text) ?? [];
  if (base === undefined) throw new Error('The Dockerfile pins no NODE_IMAGE');
  return base;
}

/**
 * An image with node, npm and a shell from this machine, under the name of the base that the Dockerfile
 * pins: so it is built without any registry. It is none to deploy from. Made once.
 */
export async function ensureLocalBase(name: string): Promise<void> {
  const found = await buildah('images', '--quiet', '--filter', `reference=${name}`);
  if (found !== '') return;
  const folder = mkdtempSync(join(tmpdir(), 'mesh-base-'));
  try {
    await fill(join(folder, 'root'));
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, 'FROM scratch\nCOPY root /\n');
    await build({ file, context: folder, tag: name, layers: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string): Promise<void> {
  const copy = (from: string, to = from) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(realpathSync(from), join(folder, to), { recursive: true });
  };
  copy(process.execPath, '/usr/local/bin/node');
  copy('/etc/os-release');
  for (const program of programs) copy(program);
  const needed = await Promise.all([process.execPath, ...programs].map(librariesOf));
  for (const library of new Set(needed.flat())) copy(library);
  const clib = dirname(needed.flat().find((path) => path.includes('/libc.so'))!);
  for (const library of readdirSync(clib)) if (libraries.test(library)) copy(join(clib, library));
  const npm = findCommand('npm');
  if (npm === null) throw new Error('npm is not on PATH');
  copy(dirname(dirname(npm)), '/usr/local/lib/node_modules/npm');
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'));
  mkdirSync(join(folder, 'tmp'));
}

async function librariesOf(program: string): Promise<readonly string[]> {
  const { output } = await runProgram('ldd', [program]);
  return [...output.matchAll(/(?:=> |^\s+)(\/\S+)/gm)].map(([, path]) => path ?? '');
}
