import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ReservationRejected,
  ReservationReleased,
  StockChanged,
  StockReserved,
} from '@mesh/contracts/catalog/inventory';
import { OrderCancelled, OrderPlaced, OrderRejected } from '@mesh/contracts/catalog/order';
import { startInventory, type RunningInventory } from './running-inventory.js';

const occurredAt = new Date();
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let inventory: RunningInventory;
beforeAll(async () => void (inventory = await startInventory()));
afterAll(() => inventory.stop());

function place(orderId: string, lines: Record<string, number>, options: { id?: string } = {}) {
  const price = { amountMinor: 100, currency: 'EUR' };
  const data = {
    orderId,
    customerId: 'carl',
    lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity, unitPrice: price })),
    total: price,
    version: 1,
    occurredAt,
    feedSequence: 1,
  };
  return inventory.probe.publish(OrderPlaced, data, { traceparent, ...options });
}

const cancel = (orderId: string) =>
  inventory.probe.publish(OrderCancelled, {
    ...{ orderId, customerId: 'carl', version: 2, reason: 'no more', occurredAt, feedSequence: 2 },
  });
const available = async (sku: string) => (await inventory.client.getStock({ sku })).item?.available;
const ofOrder = (orderId: string) => (data: { orderId: string }) => data.orderId === orderId;

describe('orders', () => {
  it('given stock, when an order is placed, then reserves it and says so in the trace of the order', async () => {
    const orderId = randomUUID();
    const before = (await inventory.client.getStock({ sku: 'MUG-RED' })).item;
    const placed = await place(orderId, { 'MUG-RED': 2 });
    const [reserved] = await inventory.probe.expect(StockReserved, ofOrder(orderId));
    expect(reserved?.event).toMatchObject({ source: '/inventory', subject: orderId });
    expect(reserved?.event.extensions).toMatchObject({
      partitionkey: orderId,
      causationid: placed.id,
      traceparent: expect.stringContaining('0af7651916cd43dd8448eb211c80319c'),
    });
    const after = { ...before, available: before!.available - 2, version: before!.version + 1 };
    expect((await inventory.client.getStock({ sku: 'MUG-RED' })).item).toEqual(after);
    const [change] = await inventory.probe.expect(
      StockChanged,
      ({ sku, version }) => sku === 'MUG-RED' && version === after.version,
    );
    expect(change?.data.available).toBe(after.available);
  });

  it('given too little of one item, when an order is placed, then rejects it and takes nothing', async () => {
    const orderId = randomUUID();
    const before = await available('MUG-BLUE');
    await place(orderId, { 'MUG-BLUE': 1, 'SCALE-ONE': 4 });
    const [rejected] = await inventory.probe.expect(ReservationRejected, ofOrder(orderId));
    expect(rejected?.data).toMatchObject({ reason: 'INSUFFICIENT_STOCK', skus: ['SCALE-ONE'] });
    expect(await available('MUG-BLUE')).toBe(before);
  });

  it.each([
    ['cancelled', cancel],
    [
      'rejected',
      (orderId: string) =>
        inventory.probe.publish(OrderRejected, {
          ...{ orderId, customerId: 'carl', version: 2, occurredAt, feedSequence: 2 },
          reason: 'RESERVATION_TIMEOUT',
        }),
    ],
  ])('given a reserved order, when it is %s, then gives its stock back', async (_state, end) => {
    const orderId = randomUUID();
    const before = await available('GRINDER-01');
    await place(orderId, { 'GRINDER-01': 5 });
    await inventory.probe.expect(StockReserved, ofOrder(orderId));
    await end(orderId);
    await inventory.probe.expect(ReservationReleased, ofOrder(orderId));
    expect(await available('GRINDER-01')).toBe(before);
  });

  it('given an order cancelled before it is seen placed, when it is placed, then reserves nothing', async () => {
    const orderId = randomUUID();
    const before = await available('POT-GLASS');
    await inventory.handled(await cancel(orderId));
    await inventory.handled(await place(orderId, { 'POT-GLASS': 1 }));
    const answer = await inventory.client.reserveStock(
      { orderId, lines: [{ sku: 'POT-GLASS', quantity: 1 }] },
      { token: inventory.operator },
    );
    expect(answer).toEqual({ reserved: false, reason: 'RELEASED' });
    expect(await available('POT-GLASS')).toBe(before);
  });

  it('given an event delivered three times, then it has one effect', async () => {
    const [orderId, id] = [randomUUID(), randomUUID()];
    const before = await available('KETTLE-GN');
    for (let times = 0; times < 3; times++) await place(orderId, { 'KETTLE-GN': 1 }, { id });
    // Events of one key are handled in order: after the release nothing of the repeats is to come.
    await cancel(orderId);
    await inventory.probe.expect(ReservationReleased, ofOrder(orderId));
    expect(inventory.probe.find(StockReserved, ofOrder(orderId))).toHaveLength(1);
    expect(await available('KETTLE-GN')).toBe(before);
  });

  it('given 100 orders at once for 60 pieces, then reserves 60 and rejects 40', async () => {
    const sku = 'COFFEE-1KG';
    await inventory.client.setStock(
      { sku, quantity: 60, expected: undefined },
      { token: inventory.operator },
    );
    const orderIds = new Set<string>(Array.from({ length: 100 }, () => randomUUID()));
    const ours = (data: { orderId: string }) => orderIds.has(data.orderId);
    await Promise.all([...orderIds].map((orderId) => place(orderId, { [sku]: 1 })));
    await inventory.probe.expect(StockReserved, ours, 60);
    await inventory.probe.expect(ReservationRejected, ours, 40);
    expect(await available(sku)).toBe(0);
    const versions = inventory.probe
      .find(StockChanged, (data) => data.sku === sku)
      .map(({ data }) => data.version);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });
});

describe('calls', () => {
  it('lists the seeded items page by page', async () => {
    const skus: string[] = [];
    let cursor = '';
    do {
      const page = await inventory.client.listStock({ limit: 3, cursor });
      skus.push(...page.items.map(({ sku }) => sku));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(skus).toHaveLength(8);
    expect(skus).toEqual([...skus].sort());
  });

  it('answers for several SKUs at once and leaves unknown ones out', async () => {
    const { items } = await inventory.client.batchGetStock({
      skus: ['SCALE-ONE', 'NOTHING', 'FILTER-100'],
    });
    expect(items.map(({ sku, price }) => [sku, price])).toEqual([
      ['FILTER-100', { amountMinor: 450, currency: 'EUR' }],
      ['SCALE-ONE', { amountMinor: 3300, currency: 'EUR' }],
    ]);
  });

  it('given a version that it has no longer, when stock is set, then refuses and changes nothing', async () => {
    const { client, operator: token } = inventory;
    const sku = 'SCALE-ONE';
    const item = (await client.getStock({ sku })).item!;
    const expected = { versions: [item.version, item.version + 7] };
    const set = await client.setStock({ sku, quantity: 3, expected }, { token });
    expect(set.item).toMatchObject({ available: 3, version: item.version + 1 });
    await expect(client.setStock({ sku, quantity: 9, expected }, { token })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: `The SKU "${sku}" is at version ${item.version + 1}; read it again and decide anew`,
    });
    const nothing = { versions: [] };
    await expect(
      client.setStock({ sku, quantity: 9, expected: nothing }, { token }),
    ).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await expect(
      client.setStock({ sku: 'NOTHING', quantity: 9, expected }, { token }),
    ).rejects.toMatchObject({ code: 'STOCK_NOT_FOUND' });
    expect((await client.getStock({ sku })).item).toEqual(set.item);
  });

  it('given twenty that set at once what they read, then one wins', async () => {
    const { client, operator: token } = inventory;
    const sku = 'SCALE-ONE';
    const { version } = (await client.getStock({ sku })).item!;
    const expected = { versions: [version] };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        client.setStock({ sku, quantity: n, expected }, { token }),
      ),
    );
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    const codes = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(won).toHaveLength(1);
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'PRECONDITION_FAILED'));
    expect((await client.getStock({ sku })).item?.version).toBe(version + 1);
  });

  it('given an unknown SKU, then says so', async () => {
    const unknown = { code: 'STOCK_NOT_FOUND', message: 'No SKU "NOTHING" is in stock lists' };
    const { client, operator: token } = inventory;
    await expect(client.getStock({ sku: 'NOTHING' })).rejects.toMatchObject(unknown);
    const setting = client.setStock(
      { sku: 'NOTHING', quantity: 1, expected: undefined },
      { token },
    );
    await expect(setting).rejects.toMatchObject(unknown);
  });

  it.each([
    ['nobody', 'UNAUTHENTICATED', () => undefined],
    ['a forged token', 'UNAUTHENTICATED', () => `${inventory.operator.slice(0, -6)}abcdef`],
    ['a customer', 'FORBIDDEN', () => inventory.customer],
  ])('given %s, when stock is set or reserved, then refuses', async (_who, code, tokenOf) => {
    const token = tokenOf();
    const options = token === undefined ? {} : { token };
    const { client } = inventory;
    const setting = client.setStock({ sku: 'MUG-RED', quantity: 1, expected: undefined }, options);
    await expect(setting).rejects.toMatchObject({ code });
    const lines = [{ sku: 'MUG-RED', quantity: 1 }];
    const reserving = client.reserveStock({ orderId: randomUUID(), lines }, options);
    await expect(reserving).rejects.toMatchObject({ code });
  });

  it('names every field that is wrong', async () => {
    const lines = [
      { sku: '', quantity: 1 },
      { sku: 'MUG-RED', quantity: 0 },
    ];
    const reserving = inventory.client.reserveStock(
      { orderId: 'o', lines },
      { token: inventory.operator },
    );
    await expect(reserving).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ path: '/lines/0/sku' }, { path: '/lines/1/quantity' }],
    });
    const reading = inventory.client.getStock({ sku: 'MUG\u0000' });
    await expect(reading).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ path: '/sku', message: 'no control characters' }],
    });
    const listing = inventory.client.listStock({ limit: 101, cursor: '' });
    await expect(listing).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    const foreign = inventory.client.listStock({ limit: 1, cursor: 'foreign' });
    await expect(foreign).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('reserves at once for who needs the answer now, once an order', async () => {
    const orderId = randomUUID();
    const token = inventory.operator;
    const before = await available('MUG-BLUE');
    const request = { orderId, lines: [{ sku: 'MUG-BLUE', quantity: 1 }] };
    expect(await inventory.client.reserveStock(request, { token })).toEqual({ reserved: true });
    expect(await inventory.client.reserveStock(request, { token })).toEqual({ reserved: true });
    expect(await available('MUG-BLUE')).toBe(before! - 1);
    const tooMuch = { orderId: randomUUID(), lines: [{ sku: 'SCALE-ONE', quantity: 99 }] };
    expect(await inventory.client.reserveStock(tooMuch, { token })).toEqual({
      reserved: false,
      reason: 'INSUFFICIENT_STOCK',
    });
  });

  it('takes a stream of rows and says what became of them', async () => {
    const token = inventory.operator;
    const price = { amountMinor: 990, currency: 'EUR' };
    async function* rows() {
      for (let n = 0; n < 250; n++)
        yield { sku: `BULK-${n}`, quantity: n, name: `Bulk ${n}`, price };
      yield { sku: 'MUG-RED', quantity: 41, price: undefined };
      yield { sku: 'MUG-RED', quantity: 42, price: undefined };
      yield { sku: 'UNKNOWN', quantity: 1, price: undefined };
      yield { sku: '', quantity: 1, price: undefined };
    }
    const message = 'No SKU "UNKNOWN" is in stock lists; to add it, send its name and price';
    expect(await inventory.client.importStock(rows(), { token })).toEqual({
      ...{ rows: 254, set: 2, added: 250, refused: 2 },
      refusedRows: expect.arrayContaining([
        { row: 253, sku: 'UNKNOWN', code: 'STOCK_NOT_FOUND', message },
        expect.objectContaining({ row: 254, code: 'VALIDATION_FAILED' }),
      ]),
    });
    expect([await available('MUG-RED'), await available('BULK-249')]).toEqual([42, 249]);
    expect(await inventory.client.importStock(rows(), { token })).toMatchObject({
      ...{ rows: 254, set: 252, added: 0, refused: 2 },
    });
    const refused = inventory.client.importStock(rows(), { token: inventory.customer });
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('given an import that breaks off, then what was committed stays', async () => {
    const token = inventory.operator;
    const reached = Promise.withResolvers<void>();
    async function* rows() {
      for (let n = 0; n < 150; n++) yield { sku: 'MUG-RED', quantity: 1_000 + n, price: undefined };
      await reached.promise;
      throw new Error('The file ends too soon');
    }
    const broken = inventory.client.importStock(rows(), { token });
    broken.catch(() => undefined);
    await vi.waitFor(async () => expect(await available('MUG-RED')).toBe(1_099), {
      timeout: 30_000,
    });
    reached.resolve();
    await expect(broken).rejects.toThrow('The file ends too soon');
    expect(await available('MUG-RED')).toBe(1_099);
  });

  it('shows a watcher the present stock and then each change', async () => {
    const stop = new AbortController();
    const watching = inventory.client.watchStock({ skus: ['FILTER-100'] }, { signal: stop.signal });
    const updates = watching[Symbol.asyncIterator]();
    const next = async () => (await updates.next()).value?.item?.available as number | undefined;
    expect(await next()).toBe(800);
    const token = inventory.operator;
    await inventory.client.setStock(
      { sku: 'FILTER-100', quantity: 7, expected: undefined },
      { token },
    );
    expect(await next()).toBe(7);
    stop.abort();
  });
});
