import { once } from 'node:events';
import { watch } from 'rolldown';
import { serviceOptions } from '../../bundle.mjs';
import { announceService } from '../launcher/announce.js';
import { awaitDevMesh, type DevMesh } from '../launcher/dev-mesh.js';
import type { ServiceName } from '../launcher/services.js';
import { readSettings } from '../launcher/settings.js';
import { DevProcess } from './dev-process.js';

const say = (line: string) => console.log(line);

/** Runs a service against the servers of the infrastructure task; a change builds and restarts it. */
export async function watchService(name: ServiceName, signal: AbortSignal): Promise<void> {
  const mesh = await awaitDevMesh(readSettings(process.env).dir, signal);
  if (mesh) await runAndWatch(name, mesh, signal);
}

async function runAndWatch(name: ServiceName, mesh: DevMesh, signal: AbortSignal): Promise<void> {
  const options = serviceOptions(name);
  const service = new DevProcess(name, `${options.output.dir}/main.js`, mesh.environments[name]);
  const watcher = watch({ ...options, watch: { clearScreen: false, buildDelay: 50 } });
  let changedAt = performance.now();
  watcher.on('change', () => {
    changedAt = performance.now();
  });
  watcher.on('event', async (event) => {
    if (event.code === 'ERROR') console.error(`${name}: ${event.error.message}`);
    if (event.code === 'BUNDLE_END') await event.result.close();
    if (event.code !== 'END' || signal.aborted) return;
    const restarted = await service.restart();
    if (restarted)
      say(`${name} restarted ${Math.round(performance.now() - changedAt)} ms after the change`);
  });
  const announced = announceService(name, { endpoints: mesh.endpoints, say, signal });
  if (!signal.aborted) await once(signal, 'abort');
  await Promise.all([service.stop(), watcher.close(), announced]);
}
