import { createServer } from 'node:net';

/** Of the page and the API. */
export async function examinePort({ env }) {
  const port = Number(env.PORT ?? 3000);
  const free = await isFree(port);
  return {
    name: `port ${port}`,
    state: free ? 'ok' : 'note',
    found: free
      ? 'free'
      : 'taken: npm start goes to the next free one and says so (or choose with PORT)',
    neededFor: 'the page and the API of npm start',
  };
}

function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => done(true)),
    );
  });
}
