/**
 * Calls `then` once when the process that started this one is gone, also when it was killed with
 * SIGKILL. Does not keep the process alive. Returns what stops the watch.
 */
export function whenOrphaned(then, everyMs = 250) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
