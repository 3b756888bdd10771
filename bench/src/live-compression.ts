import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { printTable } from './table.js';

const CLIENTS = 300;
/** Updates a round, to each client. */
const UPDATES = 20;
const ROUNDS = 10;

interface Use {
  readonly rss: number;
  readonly cpuMs: number;
  readonly clients: number;
}

/** What permessage-deflate costs a server, and what it saves: memory and CPU of its process, bytes received. */
export async function liveCompression(): Promise<void> {
  const rows: string[][] = [];
  const measured: Record<'off' | 'on', readonly number[]> = { off: [], on: [] };
  for (const compression of ['off', 'on'] as const) {
    const { kilobytes, microseconds, bytes } = await serve(compression);
    measured[compression] = [kilobytes, microseconds, bytes];
    rows.push([compression, kilobytes.toFixed(0), microseconds.toFixed(1), bytes.toFixed(0)]);
  }
  const ratios = measured.on.map((value, index) =>
    (value / (measured.off[index] ?? NaN)).toFixed(2),
  );
  printTable(`live-compression: ${CLIENTS} clients, ${UPDATES * ROUNDS} updates to each`, [
    ['permessage-deflate', 'server kB a client', 'server CPU µs an update', 'bytes an update'],
    ...[...rows, ['on / off', ...ratios]],
  ]);
}

async function serve(compression: 'off' | 'on') {
  const [exec, main] = ['../../tools/exec.mjs', 'live-server.main.ts'].map((file) =>
    join(dirname(process.argv[1]!), file),
  ) as [string, string];
  const server = fork(exec, [main, compression], { execArgv: ['--expose-gc'] });
  try {
    const [port] = (await once(server, 'message')) as [number];
    const before = await ask(server, 0);
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(port)));
    await round(server, clients, 1);
    const warm = await ask(server, 0);
    const read = bytesRead(clients);
    for (let one = 0; one < ROUNDS; one += 1) await round(server, clients, UPDATES);
    const after = await ask(server, 0);
    const updates = CLIENTS * UPDATES * ROUNDS;
    const bytes = (bytesRead(clients) - read) / updates;
    for (const { socket } of clients) socket.close();
    return {
      kilobytes: (after.rss - before.rss) / CLIENTS / 1024,
      microseconds: ((after.cpuMs - warm.cpuMs) * 1000) / updates,
      bytes,
    };
  } finally {
    server.kill();
  }
}

interface Client {
  readonly socket: Socket;
  got: number;
}

async function connect(port: number): Promise<Client> {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  const client = { socket, got: 0 };
  socket.on('order.updated', () => (client.got += 1));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return client;
}

/** Sends so many updates to each client, and waits until all have come. */
async function round(server: ChildProcess, clients: readonly Client[], updates: number) {
  const expected = clients[0]!.got + updates;
  await ask(server, updates);
  while (clients.some((client) => client.got < expected)) await new Promise(setImmediate);
}

async function ask(server: ChildProcess, updates: number): Promise<Use> {
  server.send(updates);
  return ((await once(server, 'message')) as [Use])[0];
}

function bytesRead(clients: readonly Client[]): number {
  return clients.reduce((sum, { socket }) => {
    const transport = socket.io.engine.transport as unknown as {
      readonly ws: { readonly _socket: { readonly bytesRead: number } };
    };
    return sum + transport.ws._socket.bytesRead;
  }, 0);
}
