import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LoadBalancer } from './load-balancer.js';

let servers: Server[];
let ports: number[];
let balancer: LoadBalancer;

beforeEach(async () => {
  servers = ['a', 'b', 'c'].map((name) => createServer((socket) => socket.write(name)));
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  ports = servers.map((server) => (server.address() as AddressInfo).port);
  balancer = await LoadBalancer.open(ports);
});
afterEach(() => {
  balancer.close();
  for (const server of servers) server.close();
});

async function ask(): Promise<string> {
  const socket = connect(balancer.port, '127.0.0.1');
  const [said] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.destroy();
  return String(said);
}

it('gives each connection to the next server', async () => {
  const said: string[] = [];
  for (let n = 0; n < 6; n += 1) said.push(await ask());
  expect(said.join('')).toBe('abcabc');
  expect(ports.map((port) => balancer.takenBy(port))).toEqual([2, 2, 2]);
});

it('given a server that refuses, then the next one is asked', async () => {
  servers[1]?.close();
  expect([await ask(), await ask(), await ask()]).toEqual(['a', 'c', 'a']);
});

it('given a server that is withdrawn, then it gets no connection until it is admitted', async () => {
  balancer.withdraw(ports[0]!);
  expect([await ask(), await ask(), await ask()]).toEqual(['b', 'c', 'b']);
  balancer.admit(ports[0]!);
  const again = [await ask(), await ask(), await ask()];
  expect(again.sort()).toEqual(['a', 'b', 'c']);
});

it('given that all refuse, then so does it', async () => {
  for (const server of servers) server.close();
  const socket = connect(balancer.port, '127.0.0.1');
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

it('given a server that goes, then the client learns of it', async () => {
  servers[0]?.once('connection', (socket) => socket.destroy());
  const socket = connect(balancer.port, '127.0.0.1');
  socket.resume();
  await once(socket, 'close');
});
