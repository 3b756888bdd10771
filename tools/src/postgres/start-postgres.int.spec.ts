import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { identityOf } from '../processes/identity.js';
import { runText } from '../testing/run-entry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { removeCluster, startPostgres, type Postgres } from './index.js';

describe('startPostgres', () => {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'postgres');
  const running: Postgres[] = [];
  const start = async (options: { dataDir: string; port?: number } = { dataDir }) => {
    const server = await startPostgres({ durable: false, ...options });
    running.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
  });
  afterAll(() => folder.remove());

  it('serves on loopback with a password of its own, and has what it needs for many services', async () => {
    const server = await start();
    const [row] = await query(
      server.url(),
      `
      select current_setting('listen_addresses') as listen, current_setting('wal_level') as wal,
             current_setting('max_connections')::int as connections, current_setting('server_encoding') as encoding`,
    );
    expect(row).toEqual({
      listen: '127.0.0.1',
      wal: 'logical',
      connections: 300,
      encoding: 'UTF8',
    });
    const wrong = new URL(server.url());
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(
      'password authentication failed for user "mesh"',
    );
    expect(statSync(`${dataDir}.password`).mode & 0o077).toBe(0);
  });

  it('given a server killed with SIGKILL, when started again on the same port, then all rows are there', async () => {
    const first = await start();
    await query(first.url(), 'create table kept as select generate_series(1, 1000) as id');
    await query(first.url(), 'checkpoint');
    await query(first.url(), 'insert into kept values (1001)');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const second = await start({ dataDir, port: first.port });
    expect(second.port).toBe(first.port);
    expect(await query(second.url(), 'select count(*)::int as rows from kept')).toEqual([
      { rows: 1001 },
    ]);
  });

  it('given the pid file of a server that is gone, with the number of another program, then it starts', async () => {
    await (await start()).stop();
    writeFileSync(
      join(dataDir, 'postmaster.pid'),
      `${process.pid}\n${dataDir}\n0\n1\n\n127.0.0.1\n\nready\n`,
    );
    const server = await start();
    expect(server.pid).not.toBe(process.pid);
  });

  it('given a server that still runs on the folder, then it ends that one first', async () => {
    const before = await start();
    const after = await start();
    expect(await before.exited).toBe('code 0');
    expect(await query(after.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.runIf(process.getuid?.() === 0)(
    'given a folder that nobody but root may enter, then it finds another place',
    async () => {
      const hidden = join(folder.path, 'hidden');
      mkdirSync(hidden, { mode: 0o700 });
      const where = join(hidden, 'postgres');
      const server = await start({ dataDir: where });
      expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
      await server.stop();
      expect(statSync(join(`${where}.elsewhere`, 'PG_VERSION')).isFile()).toBe(true);
      removeCluster(where);
    },
  );

  it('given data of another version, then it says what to do', async () => {
    const old = join(folder.path, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'PG_VERSION'), '9\n');
    writeFileSync(`${old}.password`, 'x');
    await expect(startPostgres({ dataDir: old })).rejects.toThrow(
      `${old} was written by PostgreSQL 9, and this is 18. ` +
        'Start with an empty one (npm start -- --fresh) or go back to the commit that made it.',
    );
  });

  it('given a parent killed with SIGKILL, then the server ends too', async () => {
    const orphan = join(folder.path, 'orphan');
    const parent = runText(
      `import { startPostgres } from '@tools/postgres/index.js';
       const server = await startPostgres({ dataDir: ${JSON.stringify(orphan)}, durable: false });
       console.log('pid', server.pid);
       setInterval(() => {}, 1000);`,
      'postgres-parent',
    );
    const pid = await until('the server runs', () =>
      Number(/pid (\d+)/.exec(parent.output())?.[1]),
    );
    parent.child.kill('SIGKILL');
    await until('the server is gone', () => identityOf(pid) === undefined);
    expect(readFileSync(`${orphan}.log`, 'utf8')).toContain('database system is shut down');
  });

  it('given a parent killed with SIGKILL while the server is frozen, then the server and its children end too', async () => {
    const orphan = join(folder.path, 'frozen');
    const parent = runText(
      `import { startPostgres } from '@tools/postgres/index.js';
       import { childrenOf, freeze } from '@tools/processes/freeze.js';
       const server = await startPostgres({ dataDir: ${JSON.stringify(orphan)}, durable: false });
       await freeze(server.pid);
       console.log('pids', [server.pid, ...(await childrenOf(server.pid))].join(','), 'all');
       setInterval(() => {}, 1000);`,
      'frozen-postgres-parent',
    );
    const [, list] = await until('the server is frozen', () =>
      /pids ([\d,]+) all/.exec(parent.output()),
    );
    const pids = list!.split(',').map(Number);
    expect(pids.length).toBeGreaterThan(1);
    parent.child.kill('SIGKILL');
    await until('all are gone', () => pids.every((pid) => identityOf(pid) === undefined));
    expect(readFileSync(`${orphan}.log`, 'utf8')).toContain('database system is shut down');
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}
