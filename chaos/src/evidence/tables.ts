import pg from 'pg';
import type {
  DeadLetterRow,
  Evidence,
  IdempotencyRow,
  InboxRow,
  NotificationRow,
  OrderRow,
  OrderUpdateRow,
  ReservationRow,
  StockRow,
} from '../verdict/evidence.js';

/** Runs on a connection of its own. Rejects while the server is away. */
export async function withDatabase<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, query_timeout: 60_000 });
  // A connection that is cut makes the query fail, which tells enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The same, in a transaction that sees the database as it is at one moment. */
export function withSnapshot<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withDatabase(url, async (client) => {
    await client.query('begin transaction isolation level repeatable read, read only');
    const result = await work(client);
    await client.query('commit');
    return result;
  });
}

export async function readOrders(
  client: pg.Client,
): Promise<Pick<Evidence, 'orders' | 'updates' | 'keys'>> {
  return {
    orders: await rowsOf<OrderRow>(
      client,
      `select order_id as "orderId", customer_id as "customerId", status, version, reason,
        (select json_agg(json_build_object('sku', l ->> 'sku', 'quantity', (l ->> 'quantity')::int))
         from jsonb_array_elements(lines) l) as lines from orders order by created_at`,
    ),
    updates: await rowsOf<OrderUpdateRow>(
      client,
      `select order_id as "orderId", customer_id as "customerId", version, status,
        feed_sequence::int as "feedSequence" from order_updates order by order_id, version`,
    ),
    keys: await rowsOf<IdempotencyRow>(
      client,
      'select customer_id as "customerId", key, order_id as "orderId" from idempotency_keys',
    ),
  };
}

export async function readInventory(
  client: pg.Client,
): Promise<Pick<Evidence, 'reservations' | 'stock'>> {
  return {
    reservations: await rowsOf<ReservationRow>(
      client,
      `select order_id as "orderId", status, (
         select coalesce(json_agg(json_build_object('sku', sku, 'quantity', quantity)), '[]')
         from unnest(skus, quantities) as line (sku, quantity)) as lines from reservations`,
    ),
    stock: await rowsOf<StockRow>(
      client,
      'select sku, available::int as available, version::int as version from stock_items',
    ),
  };
}

export function readNotifications(client: pg.Client): Promise<readonly NotificationRow[]> {
  return rowsOf<NotificationRow>(
    client,
    `select notification_id as "notificationId", order_id as "orderId", kind, status from notifications`,
  );
}

/** What the groups of a service have handled. */
export function readInbox(client: pg.Client): Promise<readonly InboxRow[]> {
  return rowsOf<InboxRow>(
    client,
    'select group_name as "group", event_id as "eventId" from mesh_inbox.handled',
  );
}

/** What a service gave up: of what it received, and of what it was to publish. */
export async function readDeadLetters(
  service: string,
  client: pg.Client,
): Promise<readonly DeadLetterRow[]> {
  return [
    ...(await rowsOf<DeadLetterRow>(
      client,
      `select $1 || ' inbox' as place, group_name as "group", event_type as type, key,
        event_id as "eventId", reason, error_code || ': ' || error_message as error
       from mesh_inbox.dead_letter order by id`,
      [service],
    )),
    ...(await rowsOf<DeadLetterRow>(
      client,
      `select $1 || ' outbox' as place, 'the relay' as "group", coalesce(headers ->> 'ce_type', stream) as type,
        key, coalesce(headers ->> 'ce_id', '') as "eventId", reason, error
       from mesh_outbox.dead_letter order by position`,
      [service],
    )),
  ];
}

async function rowsOf<Row>(client: pg.Client, text: string, values: unknown[] = []) {
  return (await client.query(text, values)).rows as Row[];
}
