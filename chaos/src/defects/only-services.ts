import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';

/** The same mesh, of which only these services' processes are hit by faults. */
export function onlyServices(mesh: FaultyMesh, services: readonly string[]): FaultyMesh {
  return Object.create(mesh, {
    replicas: { get: () => mesh.replicas.filter(({ service }) => services.includes(service)) },
  }) as FaultyMesh;
}
