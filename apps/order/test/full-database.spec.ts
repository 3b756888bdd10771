import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from './order-service.js';

const lines = [{ sku: 'TEA', quantity: 1 }];
/** As PostgreSQL says that it can't extend a file (SQLSTATE 53100, disk_full); what is there can still be read. */
const FULL = `
create function no_space() returns trigger language plpgsql as $$ begin
  raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
end $$;
create trigger no_space before insert or update on mesh_outbox.cursor execute function no_space();
create trigger no_space before insert on mesh_outbox.entry execute function no_space();`;
const ROOM = 'drop function no_space() cascade;';

let mesh: OrderServiceFixture;
let database: pg.Client;
beforeAll(async () => {
  mesh = await startOrderService();
  database = new pg.Client({ connectionString: mesh.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await mesh?.close();
});

it('given a database that is full, then orders are refused to be tried again, can be read, and all that was accepted is published', async () => {
  const client = await mesh.as(`customer-${randomUUID()}`);
  const place = async (idempotencyKey = randomUUID()) => {
    const { order } = await client.placeOrder({ lines, idempotencyKey });
    return order!.orderId;
  };
  const before = await place();

  await database.query(FULL);
  const refused = randomUUID();
  await expect(place(refused)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  expect((await client.getOrder({ orderId: before })).order?.orderId).toBe(before);

  await database.query(ROOM);
  const after = await vi.waitFor(() => place(refused), { timeout: 30_000, interval: 50 });
  expect(after).not.toBe(before);
  const { orders } = await client.listOrders({ limit: 10, cursor: '' });
  expect(orders.map(({ orderId }) => orderId)).toEqual([after, before]);
  const published = () =>
    mesh.events.filter(({ type }) => type.endsWith('OrderPlaced')).map(({ key }) => key);
  await vi.waitFor(() => expect(published()).toEqual([before, after]), { timeout: 30_000 });
});
