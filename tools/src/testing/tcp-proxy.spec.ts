import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from './tcp-proxy.js';

/** Sends back what it gets, unless told to read nothing. */
let server: Server;
let atServer: Socket[];
let proxy: TcpProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  atServer = [];
  server = createServer((socket) => {
    atServer.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await TcpProxy.open({ port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const socket of [...clients.splice(0), ...atServer]) socket.destroy();
  await proxy.close();
  server.close();
});

async function client(): Promise<{ socket: Socket; text: () => string; ended: Promise<string> }> {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  socket.on('data', (bytes) => (text += String(bytes)));
  const ended = new Promise<string>((done) => {
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
    socket.once('close', () => done('closed'));
  });
  await Promise.race([once(socket, 'connect'), ended]);
  return { socket, text: () => text, ended };
}

async function answered(): Promise<Awaited<ReturnType<typeof client>>> {
  const one = await client();
  one.socket.write('hello');
  await expect.poll(one.text).toBe('hello');
  return one;
}

describe('a TCP proxy', () => {
  it('carries bytes and ends both ways, whole', async () => {
    const { socket, ended } = await client();
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
    socket.end(Buffer.alloc(3_000_000, 'x'));
    expect(await ended).toBe('closed');
    expect(bytes).toBe(3_000_000);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it('given a latency, then an answer takes it twice', async () => {
    const one = await client();
    proxy.delay(40);
    const before = performance.now();
    one.socket.write('hello');
    await expect.poll(one.text, { interval: 1 }).toBe('hello');
    expect(performance.now() - before).toBeGreaterThanOrEqual(79);
  });

  it('given a narrow bandwidth, then bytes take their time', async () => {
    const one = await answered();
    proxy.limit(100_000);
    const before = performance.now();
    one.socket.write(Buffer.alloc(20_000, 'x'));
    await expect.poll(() => one.text().length).toBe(20_005);
    expect(performance.now() - before).toBeGreaterThanOrEqual(190);
  });

  it('when reset, then both ends learn of it, and the next connection is taken', async () => {
    const one = await answered();
    proxy.reset();
    expect(await one.ended).toBe('ECONNRESET');
    await expect.poll(() => (atServer[0] as Socket).destroyed).toBe(true);
    await answered();
  });

  it('given a black hole, then connections and bytes are taken and lost, and reset when it heals', async () => {
    const before = await answered();
    proxy.blackHole();
    const during = await client();
    for (const one of [before, during]) one.socket.end('lost');
    await expect.poll(() => proxy.swallowedBytes).toBe(8);
    expect(before.text() + during.text()).toBe('hello');
    expect((atServer[0] as Socket).readyState).toBe('open');
    await proxy.heal();
    expect(await Promise.all([before.ended, during.ended])).toEqual(['ECONNRESET', 'ECONNRESET']);
    await expect.poll(() => (atServer[0] as Socket).destroyed).toBe(true);
    await answered();
  });

  it('given a black hole for what comes back, then the server still hears', async () => {
    const one = await answered();
    proxy.blackHole({ direction: 'to-client' });
    const heard = once(atServer[0] as Socket, 'data');
    one.socket.write('again');
    expect(String((await heard)[0])).toBe('again');
    expect(one.text()).toBe('hello');
  });

  it('given the connections of before are half open, then new ones pass', async () => {
    const old = await answered();
    proxy.blackHole({ spareNew: true });
    old.socket.write('lost');
    await answered();
    expect(old.text()).toBe('hello');
  });

  it('given packets are held, then all of them arrive late', async () => {
    const one = await answered();
    proxy.hold({ spareNew: true });
    one.socket.write(', late');
    await answered();
    expect(one.text()).toBe('hello');
    await proxy.heal();
    await expect.poll(one.text).toBe('hello, late');
  });

  it('given it refuses, then old connections go on and new ones come after it heals', async () => {
    const old = await answered();
    proxy.refuse();
    expect(await (await client()).ended).toBe('ECONNREFUSED');
    old.socket.write('!');
    await expect.poll(old.text).toBe('hello!');
    await proxy.heal();
    await answered();
  });

  it('given a reader that does not read, then it holds little and the sender waits', async () => {
    const one = await client();
    await expect.poll(() => atServer.length).toBe(1);
    (atServer[0] as Socket).unpipe().pause();
    const part = Buffer.alloc(1_000_000);
    while (one.socket.write(part)) await new Promise(setImmediate);
    for (let n = 0; n < 40; n += 1) one.socket.write(part);
    await expect.poll(() => proxy.heldBytes).toBeGreaterThan(0);
    expect(proxy.heldBytes).toBeLessThan(512 * 1024);
    expect(one.socket.writableLength).toBeGreaterThan(20_000_000);
  });
});
