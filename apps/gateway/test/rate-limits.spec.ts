import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@mesh/tools/testing';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture, type Answer } from './gateway-fixture.js';

const stock = (gateway: GatewayFixture, from: string) =>
  gateway.call('GET', '/v1/stock', { headers: { 'x-forwarded-for': from } });
const ratelimit = ({ headers }: Answer) => headers.get('ratelimit');

/** Connects to /live by WebSocket, as a proxy does for this address. */
async function liveOutcome(gateway: GatewayFixture, token: string, address: string) {
  const socket = io(`${gateway.url}/live`, {
    ...{ transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false },
    extraHeaders: { 'x-forwarded-for': address },
  });
  const outcome = await new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) => resolve(error.message));
  });
  return { socket, outcome };
}

describe('limits of one gateway', () => {
  let gateway: GatewayFixture;

  beforeAll(async () => {
    gateway = await GatewayFixture.start({
      ...{ RATE_LIMIT_ADDRESS: '5/1h', RATE_LIMIT_CUSTOMER: '3/1h', TRUST_PROXY: 'loopback' },
      ...{ CORS_ORIGINS: 'https://shop.example', LIVE_MAX_PER_ADDRESS: '2' },
    });
  });
  afterAll(() => gateway?.stop());

  it('given requests of one address, then each says what is left, and one too many is told when to come back', async () => {
    for (const left of [4, 3, 2, 1, 0]) {
      const answer = await stock(gateway, '192.0.2.1');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-policy')).toBe('"address";q=5;w=3600');
      expect(ratelimit(answer)).toMatch(new RegExp(`^"address";r=${left};t=3[56]\\d\\d$`));
    }
    const { status, headers, body } = await stock(gateway, '192.0.2.1');
    expect([status, body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('ratelimit')).toMatch(/^"address";r=0;t=\d+$/);
    expect(headers.get('retry-after')).toBe(/t=(\d+)/.exec(headers.get('ratelimit')!)![1]);
    expect((await stock(gateway, '192.0.2.2')).status).toBe(200);
  });

  it('given addresses of one /64 of IPv6, then they count together', async () => {
    await stock(gateway, '2001:db8::1');
    expect(ratelimit(await stock(gateway, '2001:db8::2'))).toMatch(/^"address";r=3;/);
    expect(ratelimit(await stock(gateway, '2001:db8:0:1::1'))).toMatch(/^"address";r=4;/);
  });

  it('given one customer at several addresses, then is limited too, and others are not', async () => {
    const [ann, bob] = await Promise.all([gateway.token(), gateway.token()]);
    const orders = (token: string, n: number) =>
      gateway.call('GET', '/v1/orders', {
        token,
        headers: { 'x-forwarded-for': `198.51.100.${n}` },
      });
    for (const n of [1, 2, 3]) expect((await orders(ann, n)).status).toBe(200);
    const refused = await orders(ann, 4);
    expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(ratelimit(refused)).toMatch(/^"address";r=4;t=\d+, "customer";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect((await orders(bob, 5)).headers.get('ratelimit-policy')).toBe(
      '"address";q=5;w=3600, "customer";q=3;w=3600',
    );
  });

  it('given long polling of /live, then it counts with the other requests of its address', async () => {
    const poll = () =>
      gateway.call('GET', '/socket.io/?EIO=4&transport=polling', {
        headers: { 'x-forwarded-for': '203.0.113.5, 192.0.2.7' },
      });
    for (let n = 0; n < 4; n++) expect((await poll()).status).toBe(200);
    expect(ratelimit(await stock(gateway, '192.0.2.7'))).toMatch(/^"address";r=0;/);
    const { status, headers, body } = await poll();
    expect([status, body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_000);
  });

  it('given live clients behind a proxy that is trusted, then each counts by its own address', async () => {
    const token = await gateway.token();
    const from = (address: string) => liveOutcome(gateway, token, address);
    const opened = [await from('192.0.2.20'), await from('2001:db8:5::1')];
    opened.push(await from('192.0.2.20'), await from('2001:db8:5::2'));
    expect(opened.map(({ outcome }) => outcome)).toEqual(Array(4).fill('connected'));
    opened.push(await from('192.0.2.20'), await from('2001:db8:5::3'), await from('192.0.2.21'));
    expect(opened.slice(4).map(({ outcome }) => outcome)).toEqual([
      ...['An address has at most 2 live connections'],
      ...['An address has at most 2 live connections', 'connected'],
    ]);
    for (const { socket } of opened) socket.close();
  });

  it('given a page of another origin that is refused, then it may read why', async () => {
    const ask = () =>
      gateway.call('GET', '/v1/stock', {
        headers: { 'x-forwarded-for': '192.0.2.9', origin: 'https://shop.example' },
      });
    for (let n = 0; n < 5; n++) await ask();
    const { status, headers } = await ask();
    expect([status, headers.get('access-control-allow-origin')]).toEqual([
      429,
      'https://shop.example',
    ]);
    expect(headers.get('access-control-expose-headers')).toContain('RateLimit');
  });
});

describe('the address that counts', () => {
  it('given no proxy is trusted, then X-Forwarded-For is not believed', async () => {
    const gateway = await GatewayFixture.start({ RATE_LIMIT_ADDRESS: '2/1h' });
    const statuses: number[] = [];
    for (const n of [1, 2, 3]) statuses.push((await stock(gateway, `192.0.2.${n}`)).status);
    expect(statuses).toEqual([200, 200, 429]);
    await gateway.stop();
  });

  it('given limits that are off, then nothing is counted', async () => {
    const gateway = await GatewayFixture.start({
      ...{ RATE_LIMIT_ADDRESS: 'off', RATE_LIMIT_CUSTOMER: 'off' },
    });
    expect(ratelimit(await stock(gateway, '192.0.2.1'))).toBeNull();
    await gateway.stop();
  });
});

describe('two replicas', () => {
  it('given a store, then they count together', async () => {
    const database = await createDatabase('limits');
    const folder = mkdtempSync(join(tmpdir(), 'mesh-limits-'));
    const secret = join(folder, 'secret');
    writeFileSync(secret, randomBytes(32));
    const env = {
      ...{
        RATE_LIMIT_ADDRESS: '2000/1h',
        RATE_LIMIT_URL: database.url,
        CURSOR_SECRET_FILE: secret,
      },
      LOG_LEVEL: 'warn',
    };
    const replicas = await Promise.all([GatewayFixture.start(env), GatewayFixture.start(env)]);
    // Each counts for itself until it has reached the store.
    const left = async (n: number) =>
      Number(/r=(\d+)/.exec(ratelimit(await stock(replicas[n]!, '198.51.100.1')) ?? '')?.[1]);
    const shared = async () => {
      const [one, other, again] = [await left(0), await left(1), await left(0)];
      return [one - other, other - again];
    };
    await expect.poll(shared, { timeout: 40_000, interval: 100 }).toEqual([1, 1]);
    const before = await left(0);
    const seen: number[] = [];
    for (let n = 1; n <= 6; n++) seen.push(await left(n % 2));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((n) => before - n));
    await Promise.all(replicas.map((replica) => replica.stop()));
    await database.drop();
    rmSync(folder, { recursive: true });
  });
});
