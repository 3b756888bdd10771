// Begins early: takes 30 s.
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobRejected } from '@mesh/contracts/catalog/probe';
import { startPostgres } from '@mesh/tools/postgres';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { devKey } from './testing/dev-key.js';
import { buildTinyService, TinyProcess } from './testing/tiny-process.js';

const waitFor = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });

let database: TestDatabase;
let env: Record<string, string>;
let tiny: TinyProcess | undefined;

beforeAll(async () => {
  database = await createDatabase('kit');
  env = {
    DATABASE_URL: database.url,
    MESH_LOG_URL: database.url,
    AUTH_DEV_KEY_FILE: (await devKey()).file,
  };
  await buildTinyService();
});

afterEach(async () => {
  tiny?.kill('SIGKILL');
  await tiny?.exited;
  tiny = undefined;
});

afterAll(() => database.drop());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(
  changes: Record<string, string> = {},
): Promise<{ http: string; management: string; process: TinyProcess }> {
  const service = (tiny = new TinyProcess({ ...env, ...changes }));
  const { http, management } = (
    await waitFor(() => {
      const line = service.line('Ready');
      if (line === undefined)
        throw new Error(JSON.stringify(service.lines.at(-1)) + service.stderr);
      return line;
    })
  ).ports!;
  return {
    http: `http://127.0.0.1:${http}`,
    management: `http://127.0.0.1:${management}`,
    process: service,
  };
}

const get = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as unknown };
};

/** Asks on the agent's connection: the status, and what becomes of the connection. Rejects when it is reset. */
async function ask(http: string, agent: Agent): Promise<string> {
  const asking = request(`${http}/query`, { agent }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  await once(answer.resume(), 'end');
  return `${answer.statusCode} ${answer.headers.connection}`;
}

describe('start', () => {
  test('given a broken config, when started, then tells every fault and exits with 78', async () => {
    tiny = new TinyProcess({ ...env, DATABASE_URL: 'nonsense', PORT: '-1', MESH_LOG_URL: '' });
    expect(await tiny.exited).toBe(78);
    expect(tiny.stderr).toBe(
      [
        'The configuration of tiny is not valid:',
        '  DATABASE_URL: expected a URL that starts with postgres:// or postgresql://; received "nonsense"',
        '  PORT: expected at least 0; received "-1"',
        '  MESH_LOG_URL: expected a postgres:// URL, in the embedded profile; received nothing',
        '',
      ].join('\n'),
    );
    expect(tiny.lines).toEqual([]);
  });

  test('given handlers that are wired wrongly, when started, then says how and exits with 78', async () => {
    tiny = new TinyProcess({ ...env, TINY_TWICE: 'yes' });
    expect(await tiny.exited).toBe(78);
    expect(tiny.line('The service could not start')).toMatchObject({
      level: 'fatal',
      err: {
        code: 'EVENT_HANDLERS_INVALID',
        message: `Twice.one and Twice.two both handle ${JobRejected.type} in the group "tiny"; give one of them a group of its own`,
      },
    });
  });

  test('given a port that is taken, when started, then says which and exits with 1', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    tiny = new TinyProcess({ ...env, PORT: String(port) });
    expect(await tiny.exited).toBe(1);
    expect(tiny.line('The service could not start')).toMatchObject({
      level: 'fatal',
      err: {
        code: 'EADDRINUSE',
        message: `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
      },
    });
    taken.close();
  });

  test('given config with credentials, when started, then prints it once without them', async () => {
    const url = new URL(database.url);
    url.password ||= 'swordfish';
    const { process: service } = await start({ DATABASE_URL: url.href });
    expect(service.lines.filter(({ msg }) => msg === 'Configuration')).toHaveLength(1);
    expect(JSON.stringify(service.lines)).not.toContain(url.password);
  });

  test('given no database yet, when asked, then says what it waits for, and stops when told', async () => {
    const management = await freePort();
    tiny = new TinyProcess({
      ...env,
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      MANAGEMENT_PORT: String(management),
    });
    await waitFor(async () =>
      expect(await get(`http://127.0.0.1:${management}/health/ready`)).toEqual({
        status: 503,
        body: {
          status: 'waiting',
          waitingFor: expect.arrayContaining([
            { name: 'database', reason: 'The database is not available right now' },
          ]) as unknown,
        },
      }),
    );
    tiny.kill('SIGTERM');
    expect(await tiny.exited).toBe(0);
  });
});

describe('stop', () => {
  test('given a request in flight, when told to stop, then is not ready, answers it, and exits with 0', async () => {
    const { http, management, process: service } = await start();
    const slow = get(`${http}/slow/1500`);
    await waitFor(async () => expect(await get(`${http}/query`)).toMatchObject({ status: 200 }));
    service.kill('SIGTERM');
    service.kill('SIGINT');
    await waitFor(async () =>
      expect(await get(`${management}/health/ready`)).toEqual({
        status: 503,
        body: { status: 'stopping', waitingFor: [] },
      }),
    );
    expect(await slow).toEqual({ status: 200, body: { answer: 'late' } });
    expect(await service.exited).toBe(0);
    expect(service.lines.at(-1)?.msg).toBe('Stopped');
  });

  test('given clients that ask all the time on connections they keep, when told to stop, then each is answered and told to leave, and none is reset', async () => {
    const { http, process: service } = await start();
    const said: string[] = [];
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let last = ''; !last.endsWith('close'); said.push(last)) last = await ask(http, agent);
      agent.destroy();
    };
    const clients = Array.from({ length: 20 }, client);
    await waitFor(() => expect(said.length).toBeGreaterThan(200));
    expect(new Set(said)).toEqual(new Set(['200 keep-alive']));
    service.kill('SIGTERM');
    await Promise.all(clients);
    expect(new Set(said)).toEqual(new Set(['200 keep-alive', '200 close']));
    expect(await service.exited).toBe(0);
  });

  test('given a request that does not end, when told to stop, then is down within 10 s', async () => {
    const { http, process: service } = await start();
    const endless = fetch(`${http}/slow/60000`).catch(() => undefined);
    await waitFor(async () => expect(await get(`${http}/query`)).toMatchObject({ status: 200 }));
    const started = performance.now();
    service.kill('SIGTERM');
    expect(await service.exited).toBe(1);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(service.line('The shutdown was cut off')).toMatchObject({
      level: 'error',
      unfinished: ['database'],
    });
    await endless;
  });

  test('given an error that nobody catches, when it is thrown, then is logged and the process exits with 1', async () => {
    const { process: service } = await start();
    service.kill('SIGUSR2');
    expect(await service.exited).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({
      level: 'fatal',
      err: { message: 'Nobody catches this' },
    });
  });
});

test('given a database that goes away and comes back, when asked, then fails as UNAVAILABLE, and recovers by itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-kit-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  const port = await freePort();
  let server = await startPostgres({ dataDir, port, durable: false });
  try {
    const {
      http,
      management,
      process: service,
    } = await start({ DATABASE_URL: server.url('postgres') });
    const idle = get(`${http}/slow/1500`);
    await waitFor(async () =>
      expect(await get(`${http}/query`)).toEqual({ status: 200, body: { answer: 42 } }),
    );
    await server.stop();
    expect(await idle).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(await get(`${http}/query`)).toMatchObject({
      status: 503,
      body: { code: 'UNAVAILABLE', detail: 'The database is not available right now' },
    });
    await waitFor(async () =>
      expect(await get(`${management}/health/ready`)).toMatchObject({ status: 503 }),
    );
    server = await startPostgres({ dataDir, port, durable: false });
    await waitFor(async () => expect(await get(`${http}/query`)).toMatchObject({ status: 200 }));
    await waitFor(async () =>
      expect(await get(`${management}/health/ready`)).toMatchObject({ status: 200 }),
    );
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
