import { watch, type RolldownWatcher, type WatchOptions } from 'rolldown';

export interface BuildListener {
  /** After each good build. */
  onBuilt(msSinceChange: number): void;
  /** After each that failed; what the last good one wrote is still there. */
  onFailed(message: string): void;
}

/** Builds now and at each change, until the watcher is closed. */
export function watchBuild(options: WatchOptions, listener: BuildListener): RolldownWatcher {
  const watcher = watch(options);
  let changedAt = performance.now();
  let failure: string | undefined;
  watcher.on('change', () => {
    changedAt = performance.now();
  });
  watcher.on('event', async (event) => {
    if (event.code === 'START') failure = undefined;
    if (event.code === 'ERROR') failure = event.error.message;
    if (event.code === 'BUNDLE_END' || event.code === 'ERROR') await event.result.close();
    if (event.code !== 'END') return;
    // A build that failed ends too.
    if (failure === undefined) listener.onBuilt(performance.now() - changedAt);
    else listener.onFailed(failure);
  });
  return watcher;
}
