// Ends what its parent started, should the parent die without doing so (SIGKILL, power of the OOM killer).
// Reads orders from stdin, one JSON line each; when stdin ends it acts on what is still on its list:
//   {"guard":{"pid":1,"stage":0,"group":false,"signals":[["SIGTERM",9000],["SIGKILL",2000]]}}
//   {"forget":1}
// Stages end one after the other, lowest first; within a stage all at once. A signal is followed by the next
// when its milliseconds have passed and the process is still there. One that was stopped, with its children, goes on
// first: they would neither end nor learn that their parent has.
import { execFileSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const guarded = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  const { guard, forget } = JSON.parse(line);
  if (guard) guarded.set(guard.pid, guard);
  else guarded.delete(forget);
}

const all = [...guarded.values()];
for (const stage of [...new Set(all.map((one) => one.stage))].sort((a, b) => a - b)) {
  await Promise.all(all.filter((one) => one.stage === stage).map(end));
}

async function end({ pid, group, signals }) {
  const target = group ? -pid : pid;
  for (const one of [target, ...childrenOf(pid)]) send(one, 'SIGCONT');
  for (const [signal, waitMs] of signals) {
    if (!send(target, signal)) return;
    for (const until = Date.now() + waitMs; Date.now() < until;) {
      if (!send(target, 0)) return;
      await sleep(50);
    }
  }
}

function childrenOf(parent) {
  try {
    const list = execFileSync('ps', ['-A', '-o', 'ppid=', '-o', 'pid='], { encoding: 'utf8' });
    const pairs = list.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
    return pairs.filter(([of]) => of === parent).map(([, pid]) => pid);
  } catch {
    // No such program here: then nobody could have stopped the children.
    return [];
  }
}

function send(target, signal) {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
