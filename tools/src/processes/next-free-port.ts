import { createServer } from 'node:net';

/**
 * The port if nothing listens on it on this machine's own addresses, else the next free one after it.
 * Both families count: `localhost` may mean either.
 */
export async function nextFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port <= 65_535; port++) {
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) return port;
  }
  throw new Error(`No free port from ${wanted} up`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') done(false);
      // No such family here: nobody can listen there either.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') done(true);
      else failed(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)));
  });
}
