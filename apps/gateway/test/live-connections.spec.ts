// Begins early: takes 6 s.
import { OrderStatus } from '@mesh/contracts/order';
import { Authenticator } from '@mesh/service-kit';
import type { Socket } from 'socket.io-client';
import { SignJWT } from 'jose';
import { createPrivateKey } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { orderLive } from '../src/inbound/order.live.js';
import { LiveHubs } from '../src/use-cases/live-hub.js';
import { toOrderUpdate } from '../src/outbound/order-mapping.js';
import type { Closing } from '../src/inbound/live-closing.js';
import { GatewayFixture } from './gateway-fixture.js';

let gateway: GatewayFixture;
const sockets: Socket[] = [];
const patience = { timeout: 30_000, interval: 10 };

beforeAll(async () => {
  gateway = await GatewayFixture.start({
    ...{ LIVE_MAX_PER_CUSTOMER: '3', LIVE_MAX_UNAUTHENTICATED: '50', LIVE_AUTH_TIMEOUT: '3s' },
    ...{ LIVE_MAX_WATCHED: '5', LIVE_MAX_PENDING: '10', LIVE_STOCK_ROLE: 'operator' },
    LIVE_MAX_MESSAGES_PER_SECOND: '2000',
  });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => gateway?.stop());

async function connect(token: string) {
  const { socket, sent } = gateway.live(token);
  sockets.push(socket);
  const ask = (event: string, message: object) =>
    socket.timeout(30_000).emitWithAck(event, message);
  const outcome = await new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) =>
      resolve(error.data?.code ?? error.message),
    );
  });
  return { socket, sent, ask, outcome };
}

/** A token as the development key signs it, which ends when the test wants. */
async function tokenOf(sub: string, { seconds = 3600, roles = [] as string[] } = {}) {
  const key = createPrivateKey({ key: gateway.devKey as never, format: 'jwk' });
  return new SignJWT({ sub, roles, iss: 'mesh-development', aud: 'mesh', jti: crypto.randomUUID() })
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .setProtectedHeader({ alg: 'ES256' })
    .sign(key);
}

const customer = () => `c-${crypto.randomUUID()}`;
const announce = (orderId: string) =>
  gateway.gateway.app
    .get(LiveHubs)
    .of(orderLive)
    .updated(toOrderUpdate(gateway.orders.change(orderId, OrderStatus.ORDER_STATUS_CONFIRMED)));

describe('connections', () => {
  it('given more of a customer than may be, then TOO_MANY_REQUESTS, until one leaves', async () => {
    const token = await tokenOf(customer());
    const first = await connect(token);
    expect([(await connect(token)).outcome, (await connect(token)).outcome]).toEqual([
      'connected',
      'connected',
    ]);
    expect((await connect(token)).outcome).toBe('TOO_MANY_REQUESTS');
    expect((await connect(await tokenOf(customer()))).outcome).toBe('connected');
    first.socket.close();
    await vi.waitFor(
      async () => expect((await connect(token)).outcome).toBe('connected'),
      patience,
    );
  });

  it('given a crowd that never says who it is, then few stay, for a bounded time, and others are served', async () => {
    const crowd = await Promise.all(Array.from({ length: 1000 }, () => openOnly()));
    const open = () => crowd.filter((one) => !one.closed).length;
    const token = await tokenOf(customer());
    const orderId = await gateway.place(token);
    const { ask, sent, outcome } = await connect(token);
    expect(outcome).toBe('connected');
    await ask('subscribe', { orderId, afterVersion: 1 });
    announce(orderId);
    await vi.waitFor(() => expect(sent).toHaveLength(1), patience);
    await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(50), patience);
    await vi.waitFor(() => expect(open()).toBe(0), patience);
    const told = crowd.filter(({ text }) => text.includes('"code":"UNAUTHENTICATED"'));
    // A connection that is reset may lose what it was told.
    expect(told.length).toBeGreaterThan(500);
  });

  it('given one who is sent away and does not close, then its TCP connection is cut soon', async () => {
    const began = performance.now();
    const stubborn = await openOnly({ answersClose: false });
    await vi.waitFor(() => expect(stubborn.text).toContain('"code":"UNAUTHENTICATED"'), patience);
    await vi.waitFor(() => expect(stubborn.closed).toBe(true), patience);
    // By itself, ws would wait 30 s for it after the 3 s that it has to say who it is.
    expect(performance.now() - began).toBeLessThan(25_000);
  });
});

/** A WebSocket of engine.io over bare TCP, that never asks for a namespace. */
function openOnly({ answersClose = true } = {}): Promise<{ closed: boolean; text: string }> {
  const state = { closed: false, text: '' };
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    const tcp = connectTcp(Number(port), hostname, () =>
      tcp.write(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      ),
    );
    tcp.on('data', (data) => {
      state.text += data.toString('latin1');
      if (state.text.includes('"sid"')) resolve(state);
      // The close frame of a server that waits for the same.
      if (answersClose && data.includes(Buffer.from([0x88])))
        tcp.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
    });
    const gone = () => {
      state.closed = true;
      resolve(state);
    };
    tcp.on('close', gone).on('error', gone);
  });
}

describe('subscriptions', () => {
  it('given more orders than may be, then the ack refuses; given 5,000 at once, most of them too', async () => {
    const name = customer();
    const token = await tokenOf(name);
    const orderIds: string[] = [];
    for (let one = 0; one < 6; one += 1) orderIds.push(await gateway.place(token));
    const greedy = await connect(token);
    for (const orderId of orderIds.slice(0, 5)) {
      expect(await greedy.ask('subscribe', { orderId, afterVersion: 1 })).toEqual({ ok: true });
    }
    expect(await greedy.ask('subscribe', { orderId: orderIds[5], afterVersion: 1 })).toMatchObject({
      ...{ ok: false, code: 'TOO_MANY_REQUESTS' },
    });
    const other = await connect(await tokenOf(customer()));
    const codes = new Map<string, number>();
    const flood = 5_000;
    let answers = 0;
    greedy.socket.io.engine.on('data', (data: unknown) => {
      const [, ack] = /^3\/live,7\[(.*)\]$/.exec(String(data)) ?? [];
      if (ack === undefined) return;
      answers += 1;
      const { code = 'ok' } = JSON.parse(ack) as { readonly code?: string };
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
    const message = `2/live,7["subscribe",{"orderId":"${orderIds[0]}","afterVersion":0}]`;
    for (let one = 0; one < flood; one += 1) greedy.socket.io.engine.write(message);
    expect(await other.ask('unsubscribe', { feed: 'stock' })).toEqual({ ok: true });
    expect(answers).toBeLessThan(flood / 2);
    await vi.waitFor(() => expect(answers).toBe(flood), { timeout: 100_000, interval: 20 });
    expect([...codes.keys()].sort()).toEqual(['TOO_MANY_REQUESTS', 'ok']);
    expect(await other.ask('subscribe', { feed: 'orders' })).toMatchObject({ ok: true });
    announce(orderIds[1]!);
    await vi.waitFor(() => expect(greedy.sent.at(-1)?.[1]).toMatchObject({ version: 2 }), patience);
  }, 120_000);
});

describe('a token', () => {
  it('that has expired is refused, and one that clocks forgive too', async () => {
    for (const seconds of [-60, -10]) {
      expect((await connect(await tokenOf(customer(), { seconds }))).outcome).toBe(
        'UNAUTHENTICATED',
      );
    }
  });

  it('that ends is told of before, and then ends the connection with a code', async () => {
    const { socket, sent } = await connect(await tokenOf(customer(), { seconds: 3 }));
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    expect(await cut).toBe('transport close');
    expect(sent).toEqual([
      ['token.expiring', { inMs: expect.any(Number) }],
      ['closing', { code: 'TOKEN_EXPIRED', message: expect.any(String), inMs: 0 }],
    ]);
  });

  it('that is renewed keeps the connection and its subscriptions, with the roles of the new one', async () => {
    const name = customer();
    const operator = await tokenOf(name, { seconds: 3, roles: ['operator'] });
    const orderId = await gateway.place(operator);
    const { socket, sent, ask } = await connect(operator);
    const cut = vi.fn();
    socket.on('disconnect', cut);
    await ask('subscribe', { orderId, afterVersion: 1 });
    expect(await ask('subscribe', { feed: 'stock' })).toEqual({ ok: true });
    await vi.waitFor(() => expect(sent[0]?.[0]).toBe('token.expiring'), patience);
    expect(await ask('renew', { token: await tokenOf(name) })).toEqual({
      ...{ ok: true, expiresInMs: expect.any(Number), ended: [{ feed: 'stock' }] },
    });
    expect(await ask('subscribe', { feed: 'stock' })).toMatchObject({ code: 'FORBIDDEN' });
    await vi.waitFor(() => {
      const { exp } = JSON.parse(Buffer.from(operator.split('.')[1]!, 'base64url').toString());
      expect(Date.now()).toBeGreaterThan(exp * 1000);
    }, patience);
    gateway.orders.change(orderId, OrderStatus.ORDER_STATUS_CONFIRMED);
    announce(orderId);
    await vi.waitFor(() => {
      const versions = sent.flatMap(([event, { version }]) =>
        event === 'order.updated' ? [version] : [],
      );
      expect(versions).toEqual([2, 3]);
    }, patience);
    expect(cut).not.toHaveBeenCalled();
  });

  it('of another customer, expired, or none, renews nothing', async () => {
    const { ask, socket } = await connect(await tokenOf(customer()));
    expect(await ask('renew', { token: await tokenOf(customer()) })).toEqual({
      ...{ ok: false, code: 'FORBIDDEN' },
      message: 'The token is of another customer; connect anew with it',
    });
    const bad = ['x.y.z', await tokenOf(customer(), { seconds: -60 })];
    for (const token of bad) {
      expect(await ask('renew', { token })).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
    }
    for (const message of [{}, { token: 7 }, { token: 'x', more: 1 }]) {
      expect(await ask('renew', message)).toMatchObject({ code: 'VALIDATION_FAILED' });
    }
    expect(socket.connected).toBe(true);
  });

  it('given wrong ones without end, then TOO_MANY_REQUESTS, and few are looked at', async () => {
    const verify = vi.spyOn(gateway.gateway.app.get(Authenticator), 'verify');
    const { ask } = await connect(await tokenOf(customer()));
    verify.mockClear();
    const acks = await Promise.all(
      Array.from({ length: 100 }, (_, index) => ask('renew', { token: `x.${index}.z` })),
    );
    expect(verify).toHaveBeenCalledTimes(5);
    verify.mockRestore();
    expect(acks.filter(({ code }) => code === 'TOO_MANY_REQUESTS')).toHaveLength(95);
  });
});

it("another customer's order, feed and cursor: refused, and nothing of them is ever sent", async () => {
  const [ann, bob] = [await tokenOf(customer()), await tokenOf(customer())];
  const orderId = await gateway.place(ann);
  const owner = await connect(ann);
  const { cursor } = await owner.ask('subscribe', { feed: 'orders' });
  const spy = await connect(bob);
  const frames: string[] = [];
  spy.socket.io.engine.on('data', (data: unknown) => frames.push(String(data)));
  expect(await spy.ask('subscribe', { orderId, afterVersion: 0 })).toMatchObject({
    ...{ ok: false, code: 'ORDER_NOT_FOUND' },
  });
  expect(await spy.ask('subscribe', { feed: 'orders', cursor })).toMatchObject({
    ...{ ok: false, code: 'CURSOR_INVALID' },
  });
  expect(await spy.ask('subscribe', { feed: 'orders' })).toMatchObject({ ok: true });
  expect(await spy.ask('renew', { token: ann })).toMatchObject({ code: 'FORBIDDEN' });
  announce(orderId);
  await vi.waitFor(() => expect(owner.sent).toHaveLength(1), patience);
  await spy.ask('unsubscribe', { feed: 'stock' });
  expect(spy.sent).toEqual([]);
  expect(frames.filter((frame) => frame.includes(cursor) || frame.includes('CONFIRMED'))).toEqual(
    [],
  );
});

it('at shutdown clients are told to move, each at its own time, and then left to come back', async () => {
  const stopping = await GatewayFixture.start();
  const clients = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { socket, sent } = stopping.live(await stopping.token());
      sockets.push(socket);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      const cut = new Promise((resolve) => socket.once('disconnect', resolve));
      return { socket, sent, cut };
    }),
  );
  await stopping.stop();
  expect(new Set(await Promise.all(clients.map(({ cut }) => cut)))).toEqual(
    new Set(['transport close']),
  );
  expect(clients.every(({ socket }) => socket.active)).toBe(true);
  const told = clients.map(({ sent }) => sent as unknown as [string, Closing][]);
  for (const messages of told) {
    expect(messages.map(([event, { code }]) => [event, code])).toEqual([['closing', 'MOVING']]);
  }
  const times = told.map(([closing]) => closing?.[1].inMs ?? -1);
  expect(Math.max(...times)).toBeLessThanOrEqual(400);
  for (const from of [0, 100, 200, 300]) {
    const then = times.filter((inMs) => inMs >= from && inMs < from + 100).length;
    expect([from, then > 15 && then < 35]).toEqual([from, true]);
  }
});
