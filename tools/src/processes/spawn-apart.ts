import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { root } from '../root.js';

/** The descriptor on which a process that was spawned apart sees its starter's end. */
export const lifelineDescriptor = 3;

/**
 * Runs an entry of ours as nobody's child: not in the process tree of this one, in a group of its own, its
 * output to this terminal. The returned line is what is between the two: it closes when the other has
 * ended, and the other ends when this process ends the line or dies.
 */
export function spawnApart(entry: string): Socket {
  // The shell ends at once, which leaves its child to init.
  const shell = spawn(
    '/bin/sh',
    ['-c', '"$@" &', 'sh', process.execPath, join(root, 'tools/exec.mjs'), entry],
    { cwd: root, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] },
  );
  return shell.stdio[lifelineDescriptor] as Socket;
}
