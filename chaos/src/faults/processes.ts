import type { Random } from '@mesh/messaging/testing/random';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import type { Fault, FaultKind } from './fault.js';
import { lasting, sendSignal } from './lasting.js';

/** What happens to processes of services, which the launcher starts again when they end. */
export const processFaults: readonly FaultKind[] = [
  { kind: 'SIGKILL a service', weight: 8, draw: (mesh, random) => ending(mesh, random, 'SIGKILL') },
  { kind: 'SIGTERM a service', weight: 2, draw: (mesh, random) => ending(mesh, random, 'SIGTERM') },
  { kind: 'SIGKILL all replicas', weight: 2, draw: endingAll },
  {
    kind: 'pause a service',
    weight: 2,
    draw: (mesh, random) => pausing(mesh, random, random.between(300, 2_000)),
  },
  {
    // Leases of the log and of the relay last for five seconds.
    kind: 'pause a service past its lease',
    weight: 1,
    draw: (mesh, random) => pausing(mesh, random, random.between(5_500, 7_500)),
  },
];

type Drawn = Omit<Fault, 'kind'>;

function ending(mesh: FaultyMesh, random: Random, signal: NodeJS.Signals): Drawn {
  const { name } = random.pick(mesh.replicas);
  return {
    target: name,
    how: '',
    strike: async () => {
      sendSignal(pidOf(mesh, name), signal);
      return performance.now();
    },
  };
}

function endingAll(mesh: FaultyMesh, random: Random): Drawn {
  const { service } = random.pick(mesh.replicas);
  const names = mesh.replicas.filter((one) => one.service === service).map(({ name }) => name);
  return {
    target: service,
    how: `all ${names.length}`,
    strike: async () => {
      for (const name of names) sendSignal(pidOf(mesh, name), 'SIGKILL');
      return performance.now();
    },
  };
}

function pausing(mesh: FaultyMesh, random: Random, forMs: number): Drawn {
  const { name } = random.pick(mesh.replicas);
  return {
    target: name,
    how: `for ${forMs} ms`,
    strike: async (signal) => {
      const pid = pidOf(mesh, name);
      if (sendSignal(pid, 'SIGSTOP')) await lasting(forMs, signal);
      // Another may have killed it meanwhile: then its pid is nobody's, or of one that runs.
      if (pid === pidOf(mesh, name)) sendSignal(pid, 'SIGCONT');
      return performance.now();
    },
  };
}

/** Undefined while it does not run. */
export function pidOf(mesh: FaultyMesh, name: string): number | undefined {
  return mesh.replicas.find((replica) => replica.name === name)?.pid;
}
