import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

const perAddress = 12;

let gateway: GatewayFixture;
const open: Socket[] = [];

beforeAll(async () => {
  gateway = await GatewayFixture.start({
    HTTP_HEADERS_TIMEOUT: '300ms',
    HTTP_REQUEST_TIMEOUT: '600ms',
    HTTP_KEEP_ALIVE_TIMEOUT: '300ms',
    LOG_LEVEL: 'silent',
  });
});
afterAll(() => gateway?.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.destroyed || ended(client.destroy())));
});

/** A client that writes by hand; connected, or refused. */
async function client(
  localAddress = '127.0.0.1',
  to = gateway,
): Promise<Socket & { answer: string }> {
  const socket = connect({
    port: Number(new URL(to.url).port),
    host: '127.0.0.1',
    localAddress,
  });
  open.push(socket);
  const client = Object.assign(socket, { answer: '' });
  socket.on('error', () => {});
  socket.on('data', (data) => (client.answer += data.toString()));
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return client;
}

const ended = (socket: Socket) => (socket.closed ? undefined : once(socket, 'close'));

/** Writes a byte again and again until the gateway has enough of it. */
async function drip(socket: Socket, byte: string): Promise<void> {
  const dripping = setInterval(() => socket.writable && socket.write(byte), 20);
  await ended(socket);
  clearInterval(dripping);
}

describe('a client that takes its time', () => {
  it('given headers byte by byte, then 408 as a problem, and the connection ends', async () => {
    const slow = await client();
    slow.write('GET /v1/stock HTTP/1.1\r\nhost: x\r\nx: ');
    await drip(slow, 'y');
    expect(slow.answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(slow.answer).toContain('"detail":"The request did not come in time"');
  });

  it('given a body byte by byte, then 408, and the connection ends', async () => {
    const slow = await client();
    slow.write(
      'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n',
    );
    await drip(slow, ' ');
    expect(slow.answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it('given a body in chunks that does not end, then 408, and the connection ends', async () => {
    const slow = await client();
    slow.write(
      'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    await drip(slow, '1\r\n \r\n');
    expect(slow.answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it('given nothing at all, then the connection ends', async () => {
    await ended(await client());
  });

  it('given nothing after an answer, then the connection ends', async () => {
    const idle = await client();
    idle.write('GET /v1/stock HTTP/1.1\r\nhost: x\r\n\r\n');
    await ended(idle);
    expect(idle.answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('a client with many connections', () => {
  it('given as many as an address may have, then one more is closed, another address is served, and place is made again', async () => {
    const bounded = await GatewayFixture.start({
      HTTP_MAX_CONNECTIONS_PER_ADDRESS: String(perAddress),
      LOG_LEVEL: 'silent',
    });
    const held = await Promise.all(
      Array.from({ length: perAddress }, () => client('127.0.0.1', bounded)),
    );
    const extra = await client('127.0.0.1', bounded);
    await ended(extra);
    expect(extra.answer).toBe('');
    expect(held.filter((one) => one.destroyed)).toEqual([]);
    const other = await client('127.0.0.2', bounded);
    other.write('GET /v1/stock HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await ended(other);
    expect(other.answer).toMatch(/^HTTP\/1.1 200 /);
    await Promise.all(held.map((one) => ended(one.destroy())));
    const status = () => bounded.call('GET', '/v1/stock').then((answer) => answer.status);
    await expect.poll(() => status().catch(() => 0), { timeout: 20_000 }).toBe(200);
    await bounded.stop();
  });

  it('given more than all may have, then one more is closed; those of a trusted proxy count in all alone', async () => {
    const small = await GatewayFixture.start({
      HTTP_MAX_CONNECTIONS: '5',
      HTTP_MAX_CONNECTIONS_PER_ADDRESS: '2',
      TRUST_PROXY: 'loopback',
      LOG_LEVEL: 'silent',
    });
    const sockets = await Promise.all(Array.from({ length: 8 }, () => client('127.0.0.1', small)));
    const closed = () => sockets.filter((socket) => socket.closed).length;
    await expect.poll(closed, { timeout: 20_000 }).toBe(3);
    await Promise.all(sockets.map((socket) => ended(socket.destroy())));
    await small.stop();
  });
});
