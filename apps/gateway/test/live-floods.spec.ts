import { connect as connectTcp, type Socket as TcpSocket } from 'node:net';
import type { Server } from 'socket.io';
import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LiveSocketAdapter } from '../src/inbound/live-socket.adapter.js';
import { LiveWsGateway } from '../src/inbound/live.ws.gateway.js';
import { GatewayFixture } from './gateway-fixture.js';

const perSecond = 500;
const patience = { timeout: 30_000, interval: 10 };
let gateway: GatewayFixture;
let served: Socket;
let server: Server;

beforeAll(async () => {
  const created = vi.spyOn(LiveSocketAdapter.prototype, 'createIOServer');
  gateway = await GatewayFixture.start({
    LIVE_MAX_MESSAGES_PER_SECOND: String(perSecond),
    LOG_LEVEL: 'silent',
  });
  server = created.mock.results[0]?.value as Server;
  created.mockRestore();
  served = await connected(await gateway.token());
});
afterAll(async () => {
  served?.close();
  await gateway?.stop();
});

/** Somebody else is served meanwhile. */
const serves = () =>
  expect(
    served.timeout(20_000).emitWithAck('subscribe', { feed: 'orders' }),
  ).resolves.toMatchObject({ ok: true });

async function connected(token: string): Promise<Socket> {
  const { socket } = gateway.live(token);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

it('given 100,000 subscriptions of one socket, then they are read at the pace of the config, little waits here, and others are served', async () => {
  const customerId = `c-${crypto.randomUUID()}`;
  const token = await gateway.token(customerId);
  const orderId = await gateway.place(token);
  const flood = await connected(token);
  let answers = 0;
  flood.io.engine.on('data', () => (answers += 1));
  const message = `2/live,7["subscribe",{"orderId":"${orderId}","afterVersion":1}]`;
  const began = performance.now();
  for (let one = 0; one < 100_000; one += 1) flood.io.engine.write(message);
  const mostWaiting = () => gateway.gateway.app.get(LiveWsGateway).waitingBytes(customerId)[0];
  for (const expected of [1, 2].map((seconds) => seconds * perSecond)) {
    await vi.waitFor(() => expect(answers).toBeGreaterThan(expected), patience);
    await serves();
    expect(mostWaiting()).toBeLessThan(200_000);
  }
  const seconds = (performance.now() - began) / 1000;
  // What one read of the connection brought is answered at once: 64 KiB.
  expect(answers).toBeLessThan(perSecond * (seconds + 1) + 65_536 / message.length);
  flood.io.engine.close();
}, 60_000);

it('given so much of one socket that its answer to a ping is not reached in time, then it is told and ended', async () => {
  const { opts } = server.engine as unknown as { opts: Record<string, number> };
  const { pingInterval, pingTimeout } = opts;
  Object.assign(opts, { pingInterval: 100, pingTimeout: 2_000 });
  const { socket: flood, closing } = await floodable();
  for (let one = 0; one < 40 * perSecond; one += 1) flood.emit('x');
  await expect(closing).resolves.toMatchObject({ code: 'TOO_MANY_REQUESTS', inMs: 0 });
  await vi.waitFor(() => expect(flood.connected).toBe(false), patience);
  await serves();
  flood.close();
  Object.assign(opts, { pingInterval, pingTimeout });
});

/** Told why it ends, or that it ended without a word. */
async function floodable() {
  const socket = await connected(await gateway.token());
  const closing = new Promise<unknown>((resolve) => {
    socket.once('closing', resolve).once('disconnect', resolve);
  });
  return { socket, closing };
}

it('given bodies of long polling with many messages each, then a body waits until those before are within the pace', async () => {
  const polling = `${gateway.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1)) as { sid: string };
  const post = async (messages: readonly string[]) => {
    const answer = await fetch(`${polling}&sid=${sid}`, {
      method: 'POST',
      body: messages.join('\x1e'),
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  };
  const poll = async () => (await fetch(`${polling}&sid=${sid}`)).text();
  await post([`40/live,${JSON.stringify({ token: await gateway.token() })}`]);
  expect(await poll()).toMatch(/^40\/live,/);
  const body = Array.from({ length: perSecond }, () => '42/live,7["x"]');
  const began = performance.now();
  await post(body);
  await serves();
  await post(body);
  await post(body);
  expect(performance.now() - began).toBeGreaterThan(1_900);
  expect((await poll()).match(/There is no message/g)?.length).toBeGreaterThan(perSecond);
  await post(['1']);
});

it.each([
  ['that says its length', (text: string) => text],
  ['in chunks', (text: string) => new Blob([text]).stream()],
])(
  'given a body of long polling over the limit, %s, then 413, and the connection ends',
  async (_how, bodyOf) => {
    const polling = `${gateway.url}/socket.io/?EIO=4&transport=polling`;
    const { sid, maxPayload } = JSON.parse((await (await fetch(polling)).text()).slice(1)) as {
      sid: string;
      maxPayload: number;
    };
    const answer = await fetch(`${polling}&sid=${sid}`, {
      method: 'POST',
      body: bodyOf(`42/live,["x","${'x'.repeat(maxPayload)}"]`),
      duplex: 'half',
    } as RequestInit);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      ...[413, 'application/problem+json'],
    ]);
    expect(await answer.json()).toMatchObject({
      status: 413,
      detail: `A body has at most ${maxPayload} bytes`,
    });
    const next = await fetch(`${polling}&sid=${sid}`);
    // Engine.io's packet that closes.
    expect([next.status, (await next.text()).split('\x1e').at(-1)]).toEqual([200, '1']);
    await vi.waitFor(
      async () => expect((await fetch(`${polling}&sid=${sid}`)).status).toBe(400),
      patience,
    );
  },
);

it('given one who asks for a thousand namespaces and never says who he is, then is sent away', async () => {
  const stranger = await webSocketOverTcp();
  for (let one = 0; one < 1_000; one += 1) stranger.send(`40/n${one},`);
  await vi.waitFor(() => expect(stranger.text).toContain('"code":"UNAUTHENTICATED"'), patience);
  expect(stranger.text.match(/Invalid namespace/g)?.length).toBeLessThan(200);
  await serves();
  stranger.tcp.destroy();
});

it('given a connection that enters and leaves again and again, then nothing is left of it each time', async () => {
  const warnings: string[] = [];
  const warned = ({ message }: Error) => warnings.push(message);
  process.on('warning', warned);
  const one = await webSocketOverTcp();
  const customerId = `c-${crypto.randomUUID()}`;
  const token = await gateway.token(customerId);
  const inside = () => gateway.gateway.app.get(LiveWsGateway).waitingBytes(customerId).length;
  for (let time = 1; time <= 30; time += 1) {
    one.send(`40/live,${JSON.stringify({ token })}`);
    await vi.waitFor(() => expect(one.text.match(/40\/live,\{/g)).toHaveLength(time), patience);
    one.send('41/live,');
    await vi.waitFor(() => expect(inside()).toBe(0), patience);
  }
  one.tcp.destroy();
  await serves();
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

/** A WebSocket of engine.io over bare TCP. */
async function webSocketOverTcp() {
  const { hostname, port } = new URL(gateway.url);
  const tcp: TcpSocket = connectTcp(Number(port), hostname);
  const client = {
    tcp,
    text: '',
    /** A frame with a mask of zeros. */
    send(text: string) {
      const length =
        text.length < 126 ? [0x80 | text.length] : [0xfe, text.length >> 8, text.length & 255];
      tcp.write(Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), Buffer.from(text)]));
    },
  };
  tcp.on('data', (data) => (client.text += data.toString('latin1'))).on('error', () => undefined);
  tcp.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await vi.waitFor(() => expect(client.text).toContain('"sid"'), patience);
  return client;
}
