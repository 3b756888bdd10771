import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server as TcpServer } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ProbeServiceService } from '@mesh/contracts/probe';
import { afterEach, expect, test, vi } from 'vitest';
import { grpcClient } from './grpc-client.js';

const closing: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) close();
});

async function serve(port = 0) {
  const server = new Server();
  closing.push(() => server.forceShutdown());
  server.addService(ProbeServiceService, {
    getGauge: (_call: unknown, answer: (error: null, response: object) => void) => answer(null, {}),
  });
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  );
  return { port: bound, stop: () => server.forceShutdown() };
}

function clientOf(address: string) {
  const client = grpcClient(ProbeServiceService, { address });
  closing.push(() => client.close());
  return client;
}

/** Ends each connection at once, as the address of a pod that is not there yet. */
async function refuse(port: number, count: number): Promise<void> {
  let server!: TcpServer;
  await new Promise<void>((done) => {
    let refused = 0;
    server = createServer((socket) => {
      socket.destroy();
      refused += 1;
      if (refused === count) done();
    }).listen(port, '127.0.0.1');
  });
  await once(server.close(), 'close');
}

test('given a service that is back after a channel tried in vain, when called meanwhile, then answers', async () => {
  const before = await serve();
  const client = clientOf(`127.0.0.1:${before.port}`);
  await client.getGauge({ gauge: 'a' });
  before.stop();
  const refused = refuse(before.port, 3);
  const answer = client.getGauge({ gauge: 'a' });
  await Promise.all([
    refused.then(() => serve(before.port)),
    expect(answer).resolves.toBeDefined(),
  ]);
});

test('given a connection that was just lost, when the caller gives up, then does not wait for another', async () => {
  const server = await serve();
  const client = clientOf(`127.0.0.1:${server.port}`);
  await client.getGauge({ gauge: 'a' });
  server.stop();
  const abort = new AbortController();
  const refused = refuse(server.port, 3);
  const answer = client.getGauge({ gauge: 'a' }, { signal: abort.signal });
  const given = expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await refused;
  abort.abort();
  // Would be called.
  await serve(server.port);
  await given;
});

test('given a name whose addresses are all replaced, when called again and again, then the new one is found within seconds', async () => {
  const { port } = await serve();
  // Nobody listens at the first one.
  vi.spyOn(dns, 'lookup')
    .mockResolvedValueOnce([{ address: '::1', family: 6 }] as never)
    .mockResolvedValue([{ address: '127.0.0.1', family: 4 }] as never);
  const client = clientOf(`dns:///pods.test:${port}`);
  await expect(client.getGauge({ gauge: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await vi.waitFor(() => client.getGauge({ gauge: 'a' }), { timeout: 15_000 });
});
