import { once } from 'node:events';
import { build, type Rolldown } from 'vite';
import { pageOptions } from '../../bundle.mjs';

/** Builds the page again at each change, for the gateway to serve, until the signal comes. */
export async function watchPage(name: string, signal: AbortSignal): Promise<void> {
  const options = pageOptions(name);
  const watcher = (await build({
    ...options,
    logLevel: 'warn',
    build: { ...options.build, watch: {} },
  })) as Rolldown.RolldownWatcher;
  watcher.on('event', (event) => {
    if (event.code === 'BUNDLE_END')
      console.log(`${name} built in ${Math.round(event.duration)} ms; reload the page`);
    if (event.code === 'ERROR') console.error(`${name}: ${event.error.message}`);
  });
  if (!signal.aborted) await once(signal, 'abort');
  await watcher.close();
}
