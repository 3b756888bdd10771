import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { nextFreePort } from './next-free-port.js';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function occupy(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('gives a port that is free', async () => {
  const port = await occupy('127.0.0.1');
  servers.pop()?.close();
  expect(await nextFreePort(port)).toBe(port);
});

it.each(['127.0.0.1', '0.0.0.0', '::'])(
  'given a server on %s, then it gives a later port',
  async (host) => {
    const port = await occupy(host);
    expect(await nextFreePort(port)).toBeGreaterThan(port);
  },
);
