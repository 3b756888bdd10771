import { createServer } from 'node:net';

/** A port of 127.0.0.1 that nothing listened on a moment ago. */
export function freePort(): Promise<number> {
  return tryPort(0);
}

/** The port if it is free, else the next free one after it. */
export async function nextFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port <= 65_535; port++) {
    const got = await tryPort(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return undefined;
      throw error;
    });
    if (got !== undefined) return got;
  }
  throw new Error(`No free port from ${wanted} up`);
}

function tryPort(port: number): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : port));
    });
  });
}
