import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ReleaseReservation } from '../use-cases/release-reservation.js';
import { ReserveStock } from '../use-cases/reserve-stock.js';
import { SeedStock } from '../use-cases/seed-stock.js';
import { item, openStock, stockChanges, type Stock } from '../../test/stock-fixture.js';

const SKUS = ['A', 'B', 'C', 'D'];
const CONNECTIONS = 12;
const now = () => new Date();
const reserveStock = new ReserveStock(now);
const releaseReservation = new ReleaseReservation(now);

const line = fc.record({
  sku: fc.constantFrom(...SKUS),
  quantity: fc.integer({ min: 1, max: 5 }),
});
// Few order ids, so that reservations, repeats and releases of one order meet.
const action = fc.record({
  orderId: fc.integer({ min: 1, max: 25 }).map((number) => `order-${number}`),
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  release: fc.boolean(),
});

describe('concurrent orders', () => {
  it('never sell more than there is, add up, and never deadlock, for any orders and releases', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.nat(40), { minLength: SKUS.length, maxLength: SKUS.length }),
      fc.array(action, { minLength: 60, maxLength: 120 }),
      async (start, actions) => {
        const stock = await openStock(CONNECTIONS);
        try {
          const items = SKUS.map((sku, index) => item(sku, start[index] ?? 0));
          await new SeedStock(stock.store, now).execute(items);
          await Promise.all(actions.map((each) => perform(stock, each)));
          await expectToAddUp(stock, items);
        } finally {
          await stock.close();
        }
      },
    );
    await fc.assert(property, { numRuns: 8, endOnFailure: true });
  });
});

type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

function perform(stock: Stock, { orderId, lines, release }: Action): Promise<unknown> {
  return stock.store.transaction<unknown>((tx) =>
    release
      ? releaseReservation.execute(tx, orderId)
      : reserveStock.execute(tx, { orderId, lines }),
  );
}

async function expectToAddUp(stock: Stock, items: readonly { sku: string; available: number }[]) {
  const changes = stockChanges(await stock.appended());
  const { rows } = await sql<{ sku: string; quantity: string }>`
    select line.sku, sum(line.quantity) as quantity
    from reservations r cross join unnest(r.skus, r.quantities) as line (sku, quantity)
    where r.status = 'reserved' group by 1`.execute(stock.db);
  const reserved = new Map(rows.map((row) => [row.sku, Number(row.quantity)]));
  for (const row of await stock.store.list({ limit: 100 })) {
    const before = items.find(({ sku }) => sku === row.sku)?.available;
    expect(row.available + (reserved.get(row.sku) ?? 0)).toBe(before);
    const ofItem = changes
      .filter(({ sku }) => sku === row.sku)
      .sort((a, b) => a.version - b.version);
    expect(ofItem.map(({ version }) => version)).toEqual(ofItem.map((_, index) => index + 1));
    expect(ofItem.at(-1)).toMatchObject({ available: row.available, version: row.version });
    expect(Math.min(...ofItem.map(({ available }) => available))).toBeGreaterThanOrEqual(0);
  }
}
