import type { ChaosMesh } from '../mesh/chaos-mesh.js';
import type { Command, Evidence, Sightings } from '../verdict/evidence.js';
import { readOutbox, readStream } from './events.js';
import { readMailbox } from './mailbox.js';
import type { Servers } from './servers.js';
import { readDeadLetters, readInventory, readNotifications, readOrders } from './tables.js';

export interface Known {
  readonly commands: readonly Command[];
  readonly sightings: readonly Sightings[];
  readonly inFlight: readonly string[];
}

/** All that a run left behind. To be called when the mesh has come to rest. */
export async function collectEvidence(
  { databases, mailbox }: ChaosMesh,
  { log }: Servers,
  known: Known,
): Promise<Evidence> {
  const services = ['order', 'inventory', 'notifications'] as const;
  const [order, inventory, notifications] = await Promise.all(
    services.map((service) => readOutbox(databases[service])),
  );
  const deadLetters = await Promise.all(
    services.map((service) => readDeadLetters(service, databases[service])),
  );
  return {
    ...known,
    ...(await readOrders(databases.order)),
    ...(await readInventory(databases.inventory)),
    notifications: await readNotifications(databases.notifications),
    mails: await readMailbox(mailbox),
    outboxes: { order: order!, inventory: inventory!, notifications: notifications! },
    messages: [
      ...(await readStream(log, { source: 'mesh.order.v1', group: 'inventory' })),
      ...(await readStream(log, { source: 'mesh.inventory.v1', group: 'order' })),
    ],
    deadLetters: deadLetters.flat(),
  };
}
