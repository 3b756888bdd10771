import { readFileSync } from 'node:fs';

/**
 * Calls `then` once when what started this process is gone, also when it was killed with SIGKILL: the
 * parent, and above it the shells, nx and npm that this command came through. Does not keep the process
 * alive. Returns what stops the watch.
 */
export function whenOrphaned(then, everyMs = 250) {
  const links = linksAbove(process.pid);
  const timer = setInterval(() => {
    if (links.every(([pid, parent]) => parentOf(pid) === parent)) return;
    clearInterval(timer);
    then();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Pairs of a process and its parent that belong together: this one and its parent, and above them a
 * shell that only waits for our command, nx, npm. Who started npm may leave.
 */
function linksAbove(pid) {
  const parent = parentOf(pid);
  const link = [pid, parent];
  if (!belongs(parentOf(parent), parent)) return [link];
  return [link, ...linksAbove(parent)];
}

/** Whether `child` is a mere link in the chain from `pid`, so that it must not outlive it. */
function belongs(pid, child) {
  const isShell = /^\S*sh -c .*\b(run\.mjs|nx)\b/.test(commandOf(child));
  const isNx = /\/nx\b/.test(commandOf(child));
  return isShell || (isNx && /^npm |\/np[mx]\b/.test(commandOf(pid)));
}

function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces and brackets itself.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
