import { mkdirSync } from 'node:fs';
import { allServices } from '../services/index.js';
import { logDatabase, untilUnused } from './databases.js';
import { publishDevMesh } from './dev-mesh.js';
import { webRoot } from './edge-environment.js';
import { removeEndpoints, writeEndpoints } from './endpoints-file.js';
import { environments } from './environment.js';
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
    const services = allServices();
    const settings = readSettings(process.env);
    const { dir } = settings;
    openFolder(dir);
    // The gateway serves it from its start; the page may not be built yet.
    mkdirSync(webRoot, { recursive: true });
    undo.push(await lockMesh(dir, say));
    locked = dir;
    removeEndpoints(dir);
    infrastructure = await openInfrastructure(settings, { services, fresh: false, say });
    const { host, port } = settings;
    const [ports] = await choosePorts({ services, port, replicas: 1, say });
    const secrets = openSecrets(dir);
    const parts = { services, infrastructure, secrets, ports, dir, host };
    const endpoints = endpointsOf(services, ports, host);
    undo.push(publishDevMesh(dir, { environments: environments(parts), endpoints }));
    writeEndpoints({ dir, endpoints });
  };
  const opened = open();
  return {
    opened,
    close: async () => {
      await opened.catch(() => {});
      if (locked) removeEndpoints(locked);
      if (infrastructure)
        await untilUnused(infrastructure.databaseUrl(logDatabase), allServices(), patienceMs);
      await infrastructure?.stop();
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}
