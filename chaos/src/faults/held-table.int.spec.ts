import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HeldTable } from './held-table.js';

const { signal } = new AbortController();
const MS = 20_000;

describe('HeldTable', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let writer: pg.Client;
  let held: HeldTable | undefined;
  const ports = () => proxy.clientPorts;
  const write = () => writer.query('insert into step values (1)');

  beforeAll(async () => {
    database = await createDatabase('held');
    proxy = await TcpProxy.open({ port: Number(new URL(database.url).port) });
  });
  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });
  beforeEach(async () => {
    const through = new URL(database.url);
    through.port = String(proxy.port);
    writer = new pg.Client({ connectionString: through.href });
    writer.on('error', () => undefined);
    await writer.connect();
    await writer.query('create table if not exists step (id int primary key)');
    await writer.query('truncate step');
    held = await HeldTable.hold(database.url, 'step');
  });
  afterEach(async () => {
    await held?.close();
    await writer.end().catch(() => undefined);
  });

  it('given a writer, then it waits, is told by its port, and goes on when the table is let go', async () => {
    const writing = write();
    expect(await held?.untilWaiting(ports, MS, signal)).toBe(true);
    expect(await held?.waiting(ports())).toMatchObject([{ port: ports()[0] }]);
    expect(await held?.waiting([1])).toEqual([]);
    await held?.letGo();
    await writing;
  });

  it('given that the waiting session is ended, then what it sent is never carried out', async () => {
    const writing = write().catch((error: Error) => error);
    await held?.untilWaiting(ports, MS, signal);
    await held?.end((await held?.waiting(ports())) ?? []);
    expect(await writing).toBeInstanceOf(Error);
    await held?.letGo();
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    expect((await reader.query('select from step')).rowCount).toBe(0);
    await reader.end();
  });

  it('given another that needs what a session has open, then it stands behind it', async () => {
    await held?.letGo();
    await writer.query('begin');
    await write();
    expect(await held?.untilBehind(ports(), 1, signal)).toBe(false);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    const writing = other.query('insert into step values (1) on conflict do nothing');
    expect(await held?.untilBehind(ports(), MS, signal)).toBe(true);
    await writer.query('commit');
    await writing;
    await other.end();
  });

  it('given no such table, then there is nothing to hold', async () => {
    expect(await HeldTable.hold(database.url, 'nowhere.step')).toBeUndefined();
  });
});
