import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../root.mjs';

/** What the doctor asks of a machine. Tests hand in one of their own. */
export function thisMachine() {
  const env = process.env;
  return {
    root,
    env,
    platform: process.platform,
    arch: process.arch,
    node: process.versions.node,
    /** Of the C library; undefined on musl, macOS and Windows. */
    glibc: process.report?.getReport().header.glibcVersionRuntime,
    isRoot: process.getuid?.() === 0,
    dir: join(root, env.MESH_DIR ?? '.mesh'),
    has: (command) => isOnPath(command, env.PATH ?? ''),
    libraries: () => outputOf('ldconfig', ['-p']) || outputOf('/sbin/ldconfig', ['-p']),
    /** When a process was started, which tells it from a later one of its number; undefined when there is none. */
    startOf: startOfProcess,
  };
}

/** Debian keeps servers where only root looks. */
function isOnPath(command, path) {
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function outputOf(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '';
}

function startOfProcess(pid) {
  if (process.platform !== 'linux')
    return outputOf('ps', ['-o', 'lstart=', '-p', String(pid)]).trim() || undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
