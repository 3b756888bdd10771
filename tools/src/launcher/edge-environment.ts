import { join } from 'node:path';
import { root } from '../root.js';
import type { MeshParts } from './environment.js';
import { endpointsOf } from './services.js';
import { unset, type Environment } from './variables.js';

/** Where the built page is. */
export const webRoot = join(root, 'dist/apps/web');

/** Here one address, and often one customer, is the whole world: benchmarks, chaos, tests. */
const looseLimits = {
  HTTP_MAX_CONNECTIONS: '20000',
  HTTP_MAX_CONNECTIONS_PER_ADDRESS: '20000',
  RATE_LIMIT_ADDRESS: '240000/1m',
  RATE_LIMIT_CUSTOMER: '60000/1m',
};

/** What the edge gets beside what every service gets. */
export function edgeEnvironment({
  services,
  infrastructure: { tracesUrl },
  secrets,
  ports,
  host,
}: MeshParts): Environment {
  const managed = Object.entries(endpointsOf(services, ports, host)).map(
    ([service, { management }]) => `${service}=${management}`,
  );
  return {
    HOST: host,
    CURSOR_SECRET_FILE: secrets.cursorSecretFile,
    WEB_ROOT: webRoot,
    ...(tracesUrl !== undefined && { MESH_TRACES_URL: tracesUrl }),
    OPERATIONS_URLS: managed.join(','),
    ...unset(looseLimits),
  };
}
