import { mkdirSync } from 'node:fs';
import { removeEndpoints, writeEndpoints } from './announce.js';
import { untilUnused } from './databases.js';
import { environments, webRoot } from './environment.js';
import { publishDevMesh } from './dev-mesh.js';
import { openInfrastructure, type Infrastructure } from './infrastructure.js';
import { openFolder } from './mesh-folder.js';
import { lockMesh } from './mesh-lock.js';
import { choosePorts } from './ports.js';
import { openSecrets } from './secrets.js';
import { endpointsOf } from './services.js';
import { readSettings } from './settings.js';

export interface OpenDevMesh {
  /** Fulfilled when the services can start. Rejected with LaunchError or PostgresError. */
  readonly opened: Promise<void>;
  /** Ends the servers after the services have left. Idempotent. */
  close(): Promise<void>;
}

/** Services end at the same signal as we do; they have this long to finish with the database. */
const patienceMs = 5_000;

/** Starts servers for services that other processes run, and publishes their environment. */
export function openDevMesh(say: (line: string) => void): OpenDevMesh {
  const undo: (() => void)[] = [];
  let infrastructure: Infrastructure | undefined;
  let locked: string | undefined;
  const open = async () => {
    const settings = readSettings(process.env);
    const { dir } = settings;
    openFolder(dir);
    // The gateway serves it from its start; the page may not be built yet.
    mkdirSync(webRoot, { recursive: true });
    undo.push(await lockMesh(dir, say));
    locked = dir;
    removeEndpoints(dir);
    infrastructure = await openInfrastructure(settings, { fresh: false, say });
    const [ports] = await choosePorts(settings.port, 1, say);
    const { host } = settings;
    const parts = { infrastructure, secrets: openSecrets(dir), ports, dir, host };
    const endpoints = endpointsOf(ports, host);
    undo.push(publishDevMesh(dir, { environments: environments(parts), endpoints }));
    writeEndpoints({ dir, endpoints });
  };
  const opened = open();
  return {
    opened,
    close: async () => {
      await opened.catch(() => {});
      if (locked) removeEndpoints(locked);
      if (infrastructure) await untilUnused(infrastructure.databaseUrl('mesh_order'), patienceMs);
      await infrastructure?.stop();
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}
