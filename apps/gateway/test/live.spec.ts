import { OrderStatus } from '@mesh/contracts/order';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Socket } from 'socket.io-client';
import { GatewayFixture, type Sent } from './gateway-fixture.js';

const { ORDER_STATUS_CONFIRMED: confirmed, ORDER_STATUS_CANCELLED: cancelled } = OrderStatus;

let gateway: GatewayFixture;
let token: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
beforeEach(async () => {
  token = await gateway.token();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => gateway?.stop());

function connect(as: unknown = token) {
  const { socket, sent } = gateway.live(as);
  sockets.push(socket);
  const ask = (event: string, ...args: unknown[]) =>
    socket.timeout(5000).emitWithAck(event, ...args);
  const updates = () =>
    sent.flatMap(([event, { orderId, version }]) =>
      event === 'order.updated' ? [`${orderId} ${version}`] : [],
    );
  const sees = (...expected: string[]) =>
    vi.waitFor(() => expect(updates()).toEqual(expected), { timeout: 5000 });
  return { socket, sent, ask, updates, sees };
}

const connected = (socket: Socket) =>
  new Promise<void>((resolve) => socket.once('connect', () => resolve()));
const refused = (socket: Socket) =>
  new Promise<Error & { data?: object }>((resolve) => socket.once('connect_error', resolve));

describe('connecting', () => {
  it('given no token, a bad one, or one with alg none, then a connect error UNAUTHENTICATED', async () => {
    const payload = token.split('.')[1];
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const bad of [undefined, '', 5, 'x.y.z', none, { token }]) {
      const error = await refused(connect(bad ?? null).socket);
      expect(error.data).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it('given another namespace, then it is refused', async () => {
    const { socket } = connect();
    const root = socket.io.socket('/', { auth: { token } });
    expect((await refused(root)).data).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a message that there is not', () => {
  it.each([1, -1, 1e300, 'delete', ''])(
    'given the name %j, then it is refused and the gateway goes on',
    async (name) => {
      const { ask } = connect();
      const said = { ok: false, code: 'VALIDATION_FAILED' };
      expect(await ask(name as string, {})).toMatchObject(said);
      expect(await ask('subscribe', { feed: 'orders' })).toMatchObject({ ok: true });
    },
  );
});

describe('an order', () => {
  it('acks, then its history, then live; in the shape of the contract', async () => {
    const orderId = await gateway.place(token);
    const { ask, sent, sees } = connect();
    expect(await ask('subscribe', { orderId, afterVersion: 0 })).toEqual({ ok: true });
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await sees(`${orderId} 1`, `${orderId} 2`);
    expect(sent[1]).toEqual([
      'order.updated',
      {
        ...{ orderId, version: 2, status: 'CONFIRMED', cursor: expect.any(String) },
        occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      },
    ]);
  });

  it('given a version the client has, then only what is newer', async () => {
    const orderId = await gateway.place(token);
    gateway.orders.change(orderId, confirmed);
    const { ask, sees } = connect();
    await ask('subscribe', { orderId, afterVersion: 1 });
    await sees(`${orderId} 2`);
  });

  it('given an announcement that got lost, then the next one brings both, in order', async () => {
    const orderId = await gateway.place(token);
    const { ask, sees } = connect();
    await ask('subscribe', { orderId, afterVersion: 1 });
    gateway.orders.change(orderId, confirmed);
    await gateway.announce(gateway.orders.change(orderId, cancelled, 'CHANGED_MIND'));
    await sees(`${orderId} 2`, `${orderId} 3`);
  });

  it("given another customer's order, then ORDER_NOT_FOUND, and nothing leaks", async () => {
    const orderId = await gateway.place(await gateway.token('bob'));
    const { ask, updates } = connect();
    expect(await ask('subscribe', { orderId, afterVersion: 0 })).toMatchObject({
      ...{ ok: false, code: 'ORDER_NOT_FOUND' },
    });
    const own = await gateway.place(token);
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await ask('subscribe', { orderId: own, afterVersion: 0 });
    await vi.waitFor(() => expect(updates()).toEqual([`${own} 1`]));
  });

  it('given unsubscribe, then nothing more', async () => {
    const orderId = await gateway.place(token);
    const other = await gateway.place(token);
    const { ask, sees } = connect();
    await ask('subscribe', { orderId, afterVersion: 1 });
    await ask('subscribe', { orderId: other, afterVersion: 1 });
    expect(await ask('unsubscribe', { orderId, afterVersion: 1 })).toEqual({ ok: true });
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await gateway.announce(gateway.orders.change(other, confirmed));
    await sees(`${other} 2`);
  });
});

describe('the orders feed', () => {
  it('given no cursor, then from now on, and the ack has a cursor', async () => {
    const old = await gateway.place(token);
    const { ask, sees } = connect();
    expect(await ask('subscribe', { feed: 'orders' })).toEqual({
      ok: true,
      cursor: expect.any(String),
    });
    await gateway.announce(gateway.orders.change(old, confirmed));
    await sees(`${old} 2`);
  });

  it('given a socket that was cut off, then the cursor of its last update continues from there', async () => {
    const orderId = await gateway.place(token);
    const first = connect();
    await first.ask('subscribe', { feed: 'orders' });
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await first.sees(`${orderId} 2`);
    first.socket.close();
    const missed = [await gateway.place(token), await gateway.place(token)];
    const { cursor } = first.sent.at(-1)![1];
    const second = connect();
    const ack = await second.ask('subscribe', { feed: 'orders', cursor });
    expect(ack).toMatchObject({ ok: true, cursor: expect.any(String) });
    await gateway.announce(gateway.orders.change(orderId, cancelled));
    await second.sees(`${missed[0]} 1`, `${missed[1]} 1`, `${orderId} 3`);
  });

  it('given two subscriptions that cover an order, then each update once', async () => {
    const orderId = await gateway.place(token);
    const { ask, sees } = connect();
    await ask('subscribe', { feed: 'orders' });
    await ask('subscribe', { orderId, afterVersion: 0 });
    await ask('subscribe', { orderId, afterVersion: 0 });
    const two = gateway.orders.change(orderId, confirmed);
    const three = gateway.orders.change(orderId, cancelled);
    await gateway.announce(three, two, two, three);
    await sees(`${orderId} 1`, `${orderId} 2`, `${orderId} 3`);
  });

  it('given a cursor that is none, or another customer’s, then CURSOR_INVALID', async () => {
    const bob = connect(await gateway.token('bob'));
    const { cursor: foreign } = await bob.ask('subscribe', { feed: 'orders' });
    const { ask } = connect();
    for (const cursor of ['nonsense', foreign, '']) {
      expect(await ask('subscribe', { feed: 'orders', cursor })).toMatchObject({
        ...{ ok: false, code: 'CURSOR_INVALID' },
      });
    }
  });

  it('given a cursor of another life of the database, then ok and a resync with a snapshot', async () => {
    const orderId = await gateway.place(token);
    const { cursor } = await connect().ask('subscribe', { feed: 'orders' });
    gateway.orders.epoch = 'e2';
    const { ask, sent, sees } = connect();
    const ack = await ask('subscribe', { feed: 'orders', cursor });
    expect(ack).toMatchObject({ ok: true, cursor: expect.any(String) });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject([
      'resync',
      {
        reason: 'EPOCH_CHANGED',
        snapshot: { items: [{ orderId, status: 'PLACED', version: 1 }], nextCursor: null },
        cursor: ack.cursor,
      },
    ]);
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await sees(`${orderId} 2`);
  });

  it('given a connection that breaks, then the client comes back and misses nothing', async () => {
    const orderId = await gateway.place(token);
    const { socket, sent, ask, sees } = connect();
    let cursor: string | undefined;
    socket.on('order.updated', (update: Sent) => (cursor = update.cursor));
    ({ cursor } = await ask('subscribe', { feed: 'orders' }));
    socket.on('connect', () => socket.emit('subscribe', { feed: 'orders', cursor }));
    socket.io.engine.close();
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await connected(socket);
    await gateway.announce(gateway.orders.change(orderId, cancelled));
    await sees(`${orderId} 2`, `${orderId} 3`);
    expect(new Set(sent.map(([event]) => event))).toEqual(new Set(['order.updated']));
  });
});

describe('the stock feed', () => {
  it('sends changes once, and none that is older', async () => {
    const { ask, sent } = connect();
    expect(await ask('subscribe', { feed: 'stock' })).toEqual({ ok: true });
    await ask('subscribe', { feed: 'stock' });
    await gateway.announceStock('CUP', 4, 3);
    await gateway.announceStock('CUP', 5, 2);
    await gateway.announceStock('TEA', 1, 9);
    await vi.waitFor(() =>
      expect(sent).toEqual([
        ['stock.updated', { sku: 'CUP', available: 4, version: 3 }],
        ['stock.updated', { sku: 'TEA', available: 1, version: 9 }],
      ]),
    );
    expect(await ask('unsubscribe', { feed: 'stock' })).toEqual({ ok: true });
  });
});

describe('the stock feed with versions', () => {
  it('sends what is newer than these first, of all that the client does not know too', async () => {
    const { ask, sent } = connect();
    const versions = { CUP: 0, TEA: 1_000_000 };
    expect(await ask('subscribe', { feed: 'stock', versions })).toEqual({ ok: true });
    await vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(2));
    const skus = sent.map(([, message]) => (message as unknown as { sku: string }).sku);
    expect(skus.sort()).toEqual(['CUP', 'MUG-BLUE']);
  });
});

describe('what makes no sense', () => {
  it.each([
    ['subscribe', []],
    ['subscribe', [null]],
    ['subscribe', ['orders']],
    ['subscribe', [{ orderId: 7 }]],
    ['subscribe', [{ orderId: 'a', afterVersion: -1 }]],
    ['subscribe', [{ feed: 'orders', more: 1 }]],
    ['subscribe', [{ feed: 'orders' }, { feed: 'orders' }]],
    ['unsubscribe', [{}]],
    ['subscribed', [{ feed: 'orders' }]],
    ['', []],
  ])('given %s %j, then the ack says so, and the socket goes on', async (event, args) => {
    const { ask } = connect();
    const ack = await ask(event, ...args);
    expect(ack).toEqual({ ok: false, code: 'VALIDATION_FAILED', message: expect.any(String) });
    expect(await ask('subscribe', { feed: 'stock' })).toEqual({ ok: true });
  });

  it('given messages without an ack, then nothing breaks', async () => {
    const { socket, ask } = connect();
    const orderId = await gateway.place(token);
    socket.emit('subscribe');
    socket.emit('subscribe', { feed: 'nope' });
    socket.emit('subscribe', { orderId, afterVersion: 0 });
    socket.emit('nonsense', { a: Buffer.from('b') });
    expect(await ask('subscribe', { feed: 'orders' })).toMatchObject({ ok: true });
  });

  it('given a message of 100 kB, then that socket is cut off and others go on', async () => {
    const loud = connect();
    const quiet = connect();
    await Promise.all([connected(loud.socket), connected(quiet.socket)]);
    const cut = new Promise((resolve) => loud.socket.once('disconnect', resolve));
    loud.socket.emit('subscribe', { feed: 'x'.repeat(100_000) });
    expect(await cut).toBe('transport close');
    expect(await quiet.ask('subscribe', { feed: 'stock' })).toEqual({ ok: true });
  });
});

describe('shutdown', () => {
  it('given connected clients, then it ends soon, and they are left to come back by themselves', async () => {
    const other = await GatewayFixture.start();
    const { socket } = other.live(await other.token());
    sockets.push(socket);
    await connected(socket);
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    const before = performance.now();
    await other.stop();
    expect(await cut).toBe('transport close');
    expect(socket.active).toBe(true);
    expect(performance.now() - before).toBeLessThan(9_000);
  });
});
