/** Two signals within this time are one that came by several ways: the terminal, npm, the entry script. */
const sameMs = 1_000;

/**
 * Calls `stop` at the first signal that asks this process to end, and `hurry` when a person asks again.
 * The process goes on until it ends itself.
 */
export function onStop(stop: () => void, hurry: () => void = () => {}): void {
  let since: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (since === undefined) {
        since = Date.now();
        stop();
      } else if (Date.now() - since > sameMs) hurry();
    });
  }
  // The terminal may be gone before we are.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
