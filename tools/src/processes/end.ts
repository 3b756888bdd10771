import type { ChildProcess } from 'node:child_process';

/** Fulfilled with how the child ended; at once when it already has. */
export function ended(child: ChildProcess): Promise<string> {
  const outcome = () => child.signalCode ?? `code ${child.exitCode}`;
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(outcome());
  return new Promise((done) => child.once('exit', () => done(outcome())));
}

/**
 * Sends the signals in turn, each after the milliseconds of the one before, until the child is gone.
 * Fulfilled when it is.
 */
export async function end(
  child: ChildProcess,
  signals: readonly (readonly [NodeJS.Signals, number])[],
): Promise<void> {
  const gone = ended(child);
  for (const [signal, waitMs] of signals) {
    child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'waiting'>((done) => {
      timer = setTimeout(() => done('waiting'), waitMs);
    });
    const outcome = await Promise.race([gone, patience]);
    clearTimeout(timer);
    if (outcome !== 'waiting') return;
  }
  await gone;
}
