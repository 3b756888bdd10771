import type { Random } from '@mesh/messaging/testing/random';
import type { FaultyServer } from '../mesh/servers.js';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import type { Fault, FaultKind } from './fault.js';
import { lasting } from './lasting.js';

/** What happens to the database and to brokers: ended in two ways and started again, or standing still. */
export const serverFaults: readonly FaultKind[] = (
  ['database', 'kafka', 'rabbitmq'] as const
).flatMap((name) => {
  const isOf: FaultKind['isOf'] = ({ servers }) => servers.all.some((one) => one.name === name);
  return [
    {
      isOf,
      kind: `SIGKILL ${name}`,
      weight: 1,
      draw: ended(name, (server) => server.kill()),
    },
    {
      isOf,
      kind: `restart ${name}`,
      weight: 1,
      draw: ended(name, (server) => server.restart()),
    },
    { isOf, kind: `pause ${name}`, weight: 1, draw: paused(name) },
  ];
});

type Draw = (mesh: FaultyMesh, random: Random) => Omit<Fault, 'kind'>;

function ended(
  name: FaultyServer['name'],
  end: (server: FaultyServer['server']) => Promise<void>,
): Draw {
  return (mesh) => ({
    target: name,
    how: '',
    strike: async () => {
      const since = performance.now();
      await end(serverOf(mesh, name));
      return since;
    },
  });
}

function paused(name: FaultyServer['name']): Draw {
  return (mesh, random) => {
    const forMs = random.between(300, 3_000);
    return {
      target: name,
      how: `for ${forMs} ms`,
      strike: async (signal) => {
        const goOn = await serverOf(mesh, name).freeze();
        await lasting(forMs, signal);
        goOn();
        return performance.now();
      },
    };
  };
}

function serverOf({ servers }: FaultyMesh, name: FaultyServer['name']): FaultyServer['server'] {
  const found = servers.all.find((one) => one.name === name);
  if (!found) throw new Error(`This mesh has no ${name}`);
  return found.server;
}
