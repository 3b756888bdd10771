import type { ChaosMesh } from '../mesh/chaos-mesh.js';
import type { Command, Evidence, Sightings } from '../verdict/evidence.js';
import { readStream } from './events.js';
import { readMailbox } from './mailbox.js';
import type { Servers } from './servers.js';
import { readStores } from './stores.js';
import { readDeadLetters, withDatabase } from './tables.js';

export interface Known {
  readonly commands: readonly Command[];
  readonly sightings: readonly Sightings[];
  readonly inFlight: readonly string[];
}

/** All that a run left behind. To be called when the mesh has come to rest. */
export async function collectEvidence(
  mesh: ChaosMesh,
  { log }: Servers,
  known: Known,
): Promise<Evidence> {
  const { databases, mailbox } = mesh;
  const services = ['order', 'inventory', 'notifications'] as const;
  const deadLetters = await Promise.all(
    services.map((service) =>
      withDatabase(databases[service], (client) => readDeadLetters(service, client)),
    ),
  );
  return {
    ...known,
    ...(await readStores(mesh)),
    mails: await readMailbox(mailbox),
    messages: [
      ...(await readStream(log, { source: 'mesh.order.v1', group: 'inventory' })),
      ...(await readStream(log, { source: 'mesh.inventory.v1', group: 'order' })),
    ],
    deadLetters: deadLetters.flat(),
  };
}
