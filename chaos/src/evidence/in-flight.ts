import { OUTBOX_SCHEMA, RELAY_GROUP } from '@mesh/outbox';
import { PgLog } from '@mesh/pg-log';
import pg from 'pg';
import type { ChaosMesh } from '../mesh/chaos-mesh.js';
import type { Sightings } from '../verdict/evidence.js';
import type { Servers } from './servers.js';
import { withDatabase } from './tables.js';

/** Every group that outlives its processes. */
export const groups = {
  log: [
    { source: 'mesh.order.v1', group: 'inventory' },
    { source: 'mesh.order.v1', group: 'notifications' },
    { source: 'mesh.inventory.v1', group: 'order' },
    { source: 'mesh.inventory.v1', group: 'notifications.stock' },
  ],
  work: [{ source: 'mesh.notifications', group: 'notifications.email' }],
} as const;

const streams = ['mesh.order.v1', 'mesh.inventory.v1', 'mesh.notifications'];

/** What is still under way, in words; nothing when the mesh has come to rest. */
export async function findInFlight(
  mesh: ChaosMesh,
  servers: Servers,
  sightings: () => readonly Sightings[],
): Promise<readonly string[]> {
  const found = await Promise.all([
    ...(['order', 'inventory', 'notifications'] as const).map((service) =>
      unpublished(service, mesh),
    ),
    ...groups.log.map((place) => unread(place, servers.log)),
    ...groups.work.map((place) => unread(place, servers.work)),
    undecided(mesh.databases.order),
    unsent(mesh.databases.notifications),
  ]);
  // What browsers have yet to see is asked last: it follows from all of it.
  return [...found.flat(), ...(await unseen(mesh.databases.order, sightings()))];
}

async function unpublished(
  service: 'order' | 'inventory' | 'notifications',
  { appended, databases }: ChaosMesh,
): Promise<readonly string[]> {
  const count = await (appended?.[service].unconfirmed() ?? behindOf(databases[service]));
  return count === 0 ? [] : [`the outbox of ${service} holds ${count}`];
}

async function behindOf(url: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  const log = new PgLog({ pool, schema: OUTBOX_SCHEMA });
  try {
    const behind = await log.history(RELAY_GROUP, streams).behind();
    return behind.reduce((sum, one) => sum + one.count, 0);
  } finally {
    await log.close();
    await pool.end();
  }
}

async function unread(
  place: { readonly source: string; readonly group: string },
  transport: Servers['log'],
): Promise<readonly string[]> {
  const lags = (await transport.lag?.(place)) ?? [];
  const count = lags.reduce((sum, lag) => sum + lag.count, 0);
  return count === 0 ? [] : [`${place.group} has ${count} of ${place.source} to read`];
}

const counted = (url: string, text: string, words: (count: number) => string) =>
  withDatabase(url, async (client) => {
    const { rows } = await client.query<{ count: number }>(text);
    const count = rows[0]?.count ?? 0;
    return count === 0 ? [] : [words(count)];
  });

const undecided = (url: string) =>
  counted(
    url,
    `select count(*)::int as count from orders where status = 'PLACED'`,
    (count) => `${count} orders are undecided`,
  );

const unsent = (url: string) =>
  counted(
    url,
    `select count(*)::int as count from notifications where status <> 'sent'`,
    (count) => `${count} notifications are not sent`,
  );

async function unseen(url: string, sightings: readonly Sightings[]): Promise<readonly string[]> {
  const rows = await withDatabase(url, async (client) => {
    const text = 'select order_id, customer_id, version from orders';
    return (await client.query<{ order_id: string; customer_id: string; version: number }>(text))
      .rows;
  });
  return sightings.flatMap(({ watcher, customerId, orderId, updates }) => {
    const latest = new Map<string, number>();
    for (const update of updates)
      for (const [order, version] of update.kind === 'resync'
        ? update.versions
        : [[update.orderId, update.version] as const])
        latest.set(order, Math.max(version, latest.get(order) ?? 0));
    const behind = rows.filter(
      (row) =>
        row.customer_id === customerId &&
        (orderId === undefined || orderId === row.order_id) &&
        (latest.get(row.order_id) ?? 0) < row.version,
    );
    return behind.length === 0 ? [] : [`${watcher} waits for news of ${behind.length} orders`];
  });
}
