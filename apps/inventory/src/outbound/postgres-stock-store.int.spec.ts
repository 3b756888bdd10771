import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReleaseReservation } from '../use-cases/release-reservation.js';
import { ReserveStock } from '../use-cases/reserve-stock.js';
import { SeedStock } from '../use-cases/seed-stock.js';
import { SetStock } from '../use-cases/set-stock.js';
import { item, openStock, stockChanges, type Stock } from '../../test/stock-fixture.js';

const now = () => new Date('2026-01-02T03:04:05Z');
const reserveStock = new ReserveStock(now);
const releaseReservation = new ReleaseReservation(now);

describe('PostgresStockStore', () => {
  let stock: Stock;
  const seed = (...items: ReturnType<typeof item>[]) =>
    new SeedStock(stock.store, now).execute(items);
  const reserve = (orderId: string, lines: Record<string, number> | [string, number][]) =>
    stock.store.transaction((tx) => {
      const pairs = Array.isArray(lines) ? lines : Object.entries(lines);
      const command = { orderId, lines: pairs.map(([sku, quantity]) => ({ sku, quantity })) };
      return reserveStock.execute(tx, command);
    });
  const release = (orderId: string) =>
    stock.store.transaction((tx) => releaseReservation.execute(tx, orderId));
  const available = async () =>
    Object.fromEntries(
      (await stock.store.list({ limit: 100 })).map((row) => [row.sku, row.available]),
    );
  const outcomes = async () =>
    (await stock.appended())
      .map(({ type }) => type.replace('mesh.inventory.v1.', ''))
      .filter((type) => type !== 'StockChanged');

  beforeEach(async () => void (stock = await openStock()));
  afterEach(() => stock.close());

  it('given enough stock, when reserving, then takes every line and appends each change', async () => {
    await seed(item('A', 5), item('B', 5));
    expect(await reserve('o1', { B: 2, A: 1 })).toEqual({ status: 'reserved' });
    expect(await available()).toEqual({ A: 4, B: 3 });
    const changes = stockChanges(await stock.appended()).slice(2);
    expect(changes).toHaveLength(2);
    expect(changes).toContainEqual({ sku: 'A', available: 4, version: 2 });
    expect(changes).toContainEqual({ sku: 'B', available: 3, version: 2 });
    expect((await stock.appended()).at(-1)).toEqual({
      type: 'mesh.inventory.v1.StockReserved',
      data: { orderId: 'o1', occurredAt: '2026-01-02T03:04:05.000Z' },
    });
  });

  it('given one line is short, when reserving, then takes nothing and names it', async () => {
    await seed(item('A', 5), item('B', 1));
    const rejected = { status: 'rejected', shortSkus: ['B', 'X'] };
    expect(await reserve('o1', { A: 1, B: 2, X: 1 })).toEqual(rejected);
    expect(await available()).toEqual({ A: 5, B: 1 });
    expect((await stock.appended()).at(-1)).toEqual({
      type: 'mesh.inventory.v1.ReservationRejected',
      data: {
        orderId: 'o1',
        reason: 'INSUFFICIENT_STOCK',
        skus: ['B', 'X'],
        occurredAt: '2026-01-02T03:04:05.000Z',
      },
    });
  });

  it('given only unknown SKUs, when reserving, then rejects', async () => {
    expect(await reserve('o1', { X: 1 })).toEqual({ status: 'rejected', shortSkus: ['X'] });
    expect(await reserve('o1', { X: 1 })).toEqual({ status: 'rejected', shortSkus: ['X'] });
  });

  it('given a SKU repeated, when reserving, then its quantities count together', async () => {
    await seed(item('A', 5));
    const lines: [string, number][] = [
      ['A', 3],
      ['A', 3],
    ];
    expect(await reserve('o1', lines)).toEqual({ status: 'rejected', shortSkus: ['A'] });
    expect(await reserve('o2', lines.slice(1))).toEqual({ status: 'reserved' });
    expect(await available()).toEqual({ A: 2 });
  });

  it('given an order reserved before, when reserving again with other lines, then the first answer stands and is announced again', async () => {
    await seed(item('A', 5));
    await reserve('o1', { A: 1 });
    expect(await reserve('o1', { A: 5 })).toEqual({ status: 'reserved' });
    expect(await available()).toEqual({ A: 4 });
    expect(await outcomes()).toEqual(['StockReserved', 'StockReserved']);
  });

  it('given a reserved order, when releasing twice, then gives back once', async () => {
    await seed(item('A', 5));
    await reserve('o1', { A: 2 });
    await release('o1');
    await release('o1');
    expect(await available()).toEqual({ A: 5 });
    expect(await outcomes()).toEqual(['StockReserved', 'ReservationReleased']);
    const versions = stockChanges(await stock.appended()).map((change) => change.version);
    expect(versions).toEqual([1, 2, 3]);
  });

  it('given a release before the reservation, when reserving, then takes nothing and announces nothing', async () => {
    await seed(item('A', 5));
    await release('o1');
    expect(await reserve('o1', { A: 2 })).toEqual({ status: 'released' });
    expect(await available()).toEqual({ A: 5 });
    expect(await outcomes()).toEqual([]);
  });

  it('given a rejected reservation, when releasing, then it stays rejected', async () => {
    await seed(item('A', 1));
    await reserve('o1', { A: 2 });
    await release('o1');
    expect(await reserve('o1', { A: 1 })).toEqual({ status: 'rejected', shortSkus: ['A'] });
    expect(await available()).toEqual({ A: 1 });
  });

  it('given work that fails, when the transaction ends, then nothing is left of it', async () => {
    await seed(item('A', 5));
    const failing = stock.store.transaction(async (tx) => {
      await reserveStock.execute(tx, { orderId: 'o1', lines: [{ sku: 'A', quantity: 1 }] });
      throw new Error('boom');
    });
    await expect(failing).rejects.toThrow('boom');
    expect(await available()).toEqual({ A: 5 });
    expect(await reserve('o1', { A: 5 })).toEqual({ status: 'reserved' });
  });

  it('given one order reserved at the same time by many, when all end, then one took', async () => {
    await seed(item('A', 5));
    const answers = await Promise.all(Array.from({ length: 8 }, () => reserve('o1', { A: 1 })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(['reserved']));
    expect(await available()).toEqual({ A: 4 });
  });

  it('when stock is set, then available is that quantity and the change is appended', async () => {
    await seed(item('A', 5));
    await reserve('o1', { A: 2 });
    const set = await new SetStock(stock.store, now).execute({ sku: 'A', quantity: 9 });
    expect(set).toEqual({ ...item('A', 9), version: 3 });
    await release('o1');
    expect(await available()).toEqual({ A: 11 });
  });

  it('given an unknown SKU, when stock is set, then refuses and appends nothing', async () => {
    const setting = new SetStock(stock.store, now).execute({ sku: 'X', quantity: 9 });
    await expect(setting).rejects.toMatchObject({
      code: 'STOCK_NOT_FOUND',
      message: 'No SKU "X" is in stock lists',
    });
    expect(await stock.appended()).toEqual([]);
  });

  it('given items that are there, when seeding again, then leaves them and appends nothing', async () => {
    await seed(item('A', 5));
    await reserve('o1', { A: 1 });
    await seed(item('A', 5), item('B', 1));
    expect(await available()).toEqual({ A: 4, B: 1 });
    expect(stockChanges(await stock.appended()).map(({ sku }) => sku)).toEqual(['A', 'A', 'B']);
  });

  it('when finding and listing, then answers in SKU order without what is unknown', async () => {
    await seed(item('b', 1), item('B', 2), item('A', 3));
    const skus = (rows: readonly { sku: string }[]) => rows.map(({ sku }) => sku);
    expect(skus(await stock.store.find(['b', 'A', 'X', 'A']))).toEqual(['A', 'b']);
    expect(skus(await stock.store.list({ limit: 2 }))).toEqual(['A', 'B']);
    expect(skus(await stock.store.list({ limit: 2, after: 'B' }))).toEqual(['b']);
  });
});
