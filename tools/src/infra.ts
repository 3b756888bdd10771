// The servers under `nx serve`: what the services in watch mode have in common.
//
// nx ends a task from the leaves of its process tree to the root. PostgreSQL's helper processes must not be
// ended so, and the server has to outlive the services: it runs outside of that tree, tied to this process.
import { once } from 'node:events';
import { spawnApart } from './processes/spawn-apart.js';
import { onStop } from './processes/on-stop.js';

const server = spawnApart('tools/src/infra-server.ts');
onStop(() => server.end());
await once(server.resume(), 'close');
process.exit(0);
