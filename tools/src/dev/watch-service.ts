import { once } from 'node:events';
import { serviceOptions } from '../../bundle.mjs';
import { announceService } from '../launcher/announce.js';
import { awaitDevMesh, type DevMesh } from '../launcher/dev-mesh.js';
import { readSettings } from '../launcher/settings.js';
import { DevProcess } from './dev-process.js';
import { watchBuild } from './watch-build.js';

const say = (line: string) => console.log(line);

/** Runs a service against the servers of the infrastructure task; a change builds and restarts it. */
export async function watchService(name: string, signal: AbortSignal): Promise<void> {
  const mesh = await awaitDevMesh(readSettings(process.env).dir, signal);
  if (mesh) await runAndWatch(name, mesh, signal);
}

async function runAndWatch(name: string, mesh: DevMesh, signal: AbortSignal): Promise<void> {
  const options = serviceOptions(name);
  const service = new DevProcess(
    name,
    `${options.output.dir}/main.js`,
    mesh.environments[name] ?? {},
  );
  const watcher = watchBuild(
    { ...options, watch: { clearScreen: false, buildDelay: 50 } },
    {
      onBuilt: async (msSinceChange) => {
        if (signal.aborted) return;
        const restarted = await service.restart();
        if (restarted) say(`${name} restarted ${Math.round(msSinceChange)} ms after the change`);
      },
      onFailed: (message) => {
        const then = service.running ? 'the last good build goes on' : 'waiting for a change';
        console.error(`${name}: ${message}\n${name} was not built; ${then}`);
      },
    },
  );
  const announced = announceService(name, { addresses: mesh.endpoints[name] ?? {}, say, signal });
  if (!signal.aborted) await once(signal, 'abort');
  await Promise.all([service.stop(), watcher.close(), announced]);
}
