import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type Postgres } from '../postgres/index.js';
import { RestartableServer } from './restartable-server.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let server: RestartableServer<Postgres>;
beforeAll(async () => {
  server = await RestartableServer.start(() =>
    startPostgres({ dataDir: join(folder.path, 'postgres'), durable: false }),
  );
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

/** Through the proxy, with a connection of its own. */
async function query(text: string): Promise<unknown> {
  const url = new URL(server.current.url());
  url.port = String(server.network.port);
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a server that can be restarted', () => {
  it('keeps address and data when it is stopped and when it is killed', async () => {
    await query('create table kept as select 1 as n');
    const pids = [server.current.pid];
    await server.restart();
    pids.push(server.current.pid);
    await server.kill();
    pids.push(server.current.pid);
    expect(new Set(pids).size).toBe(3);
    expect(await query('select n from kept')).toEqual([{ n: 1 }]);
  });

  it('given it is frozen, then it answers once it goes on', async () => {
    const goOn = await server.freeze();
    let answered = false;
    const answer = query('select 2 as n').finally(() => (answered = true));
    await expect.poll(() => server.network.connections).toBeGreaterThan(0);
    expect(answered).toBe(false);
    goOn();
    expect(await answer).toEqual([{ n: 2 }]);
  });
});
