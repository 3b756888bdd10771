import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';

/** The same mesh, without the replicas that have no defect: faults of processes hit the others. */
export function withoutGateways(mesh: FaultyMesh): FaultyMesh {
  return Object.create(mesh, {
    replicas: { get: () => mesh.replicas.filter(({ service }) => service !== 'gateway') },
  }) as FaultyMesh;
}
