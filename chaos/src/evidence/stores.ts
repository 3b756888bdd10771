import type { ChaosMesh } from '../mesh/chaos-mesh.js';
import type { Stores } from '../verdict/evidence.js';
import { readOutbox } from './events.js';
import { readInbox, readInventory, readNotifications, readOrders, withSnapshot } from './tables.js';

/** What each service has, all of it from one moment; events in the WAL from the moment after. Rejects while the server is away. */
export async function readStores({
  databases,
  appended,
}: Pick<ChaosMesh, 'databases' | 'appended'>): Promise<Stores> {
  const order = await withSnapshot(databases.order, async (client) => ({
    ...(await readOrders(client)),
    outbox: await (appended?.order.events() ?? readOutbox(client)),
    inbox: await readInbox(client),
  }));
  const inventory = await withSnapshot(databases.inventory, async (client) => ({
    ...(await readInventory(client)),
    outbox: await (appended?.inventory.events() ?? readOutbox(client)),
    inbox: await readInbox(client),
  }));
  const notifications = await withSnapshot(databases.notifications, async (client) => ({
    rows: await readNotifications(client),
    outbox: await (appended?.notifications.events() ?? readOutbox(client)),
    inbox: await readInbox(client),
  }));
  const { orders, updates, keys } = order;
  const { reservations, stock } = inventory;
  return {
    ...{ orders, updates, keys, reservations, stock, notifications: notifications.rows },
    outboxes: {
      order: order.outbox,
      inventory: inventory.outbox,
      notifications: notifications.outbox,
    },
    inbox: [order, inventory, notifications].flatMap(({ inbox }) => inbox),
  };
}
