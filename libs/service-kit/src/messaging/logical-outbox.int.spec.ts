import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startAnswering } from '../testing/outbox-service.js';

type Answering = Awaited<ReturnType<typeof startAnswering>>;

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000 });

describe('an outbox that is relayed by logical replication', () => {
  let database: TestDatabase;
  let logDatabase: TestDatabase;
  const running: Answering[] = [];
  beforeEach(async () => {
    [database, logDatabase] = [await createDatabase('kit'), await createDatabase('kit_log')];
  });
  afterEach(async () => {
    for (const { service } of running.splice(0)) await service.stop();
    await database.drop();
    await logDatabase.drop();
  });
  const start = async (relay: 'polling' | 'logical') => {
    const [url, logUrl] = [database.url, logDatabase.url];
    const answering = await startAnswering({ url, logUrl, relay });
    running.push(answering);
    await answering.service.ready();
    return answering;
  };
  const stop = (answering: Answering) => {
    running.splice(running.indexOf(answering), 1);
    return answering.service.stop();
  };
  const inLog = async (statements: string) => {
    const client = new pg.Client({ connectionString: logDatabase.url });
    await client.connect();
    const { rows } = await client.query(statements);
    await client.end();
    return rows;
  };
  /** The embedded log refuses what is published until the result is called. */
  async function blockPublishing(): Promise<() => Promise<unknown>> {
    await inLog(`create or replace function refuse() returns trigger language plpgsql as
      $$ begin raise exception using errcode = '53400', message = 'blocked'; end $$;
      create trigger blocked before insert on mesh_log.entry for each statement execute function refuse()`);
    return () => inLog('drop trigger blocked on mesh_log.entry');
  }
  /** The orders of published confirmations, in their order. */
  async function published(): Promise<string[]> {
    const rows = await inLog(
      `select key from mesh_log.entry where headers->>'ce_type' like '%OrderConfirmed' order by position`,
    );
    return rows.map(({ key }) => String(key));
  }

  test('publishes, and says how its slot is to operators and to metrics', async () => {
    const { confirm, effects, ask, service } = await start('logical');
    await confirm('o-1');
    await confirm('o-2', 'o-3');
    await eventually(async () => expect(await effects()).toBe(3));
    await eventually(async () =>
      expect(await ask('/outbox')).toMatchObject({
        status: 200,
        body: {
          ...{ mode: 'logical', isForeign: false, depth: 0, maxEvents: null, members: 1 },
          slot: { lost: null, full: false, active: true, walStatus: 'reserved' },
        },
      }),
    );
    const metrics = await fetch(`http://127.0.0.1:${service.ports.management}/metrics`);
    const text = await metrics.text();
    expect(text).toMatch(/^mesh_outbox_slot_active(\{.*\})? 1$/m);
    expect(text).toMatch(/^mesh_outbox_wal_waiting_bytes(\{.*\})? \d+$/m);
    expect(text).toMatch(/^mesh_outbox_slot_lost(\{.*\})? 0$/m);
  });

  test('given its slot was dropped, then it takes nothing and is not ready, until an operator resets it', async () => {
    const before = await start('logical');
    await before.confirm('o-1');
    await eventually(async () => expect(await before.effects()).toBe(1));
    await stop(before);
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query('select pg_drop_replication_slot(name) from mesh_outbox.wal_slot');
    await admin.end();

    const [url, logUrl] = [database.url, logDatabase.url];
    const answering = await startAnswering({ url, logUrl, relay: 'logical' });
    running.push(answering);
    const { confirm, ask, effects } = answering;
    await eventually(() =>
      expect(confirm('o-2')).rejects.toMatchObject({
        ...{ code: 'OUTBOX_CLOSED', retryable: true },
        message: expect.stringMatching(/^The outbox takes nothing since its replication slot/),
      }),
    );
    expect((await ask('/outbox/reset', { from: 'start' })).status).toBe(503);
    expect(await ask('/outbox/plan')).toMatchObject({ body: { lost: 'it was dropped' } });
    expect(await ask('/outbox/reset', { from: 'end' })).toMatchObject({
      status: 200,
      body: { actor: 'ann', origin: 'end', here: 'it was dropped' },
    });
    await answering.service.ready();
    await confirm('o-3');
    await eventually(async () => expect(await effects()).toBe(2));
  });

  test('given events that the other mode has left, then they are published first, there and back', async () => {
    const first = await start('polling');
    const unblock = await blockPublishing();
    await first.confirm('o-1');
    await first.confirm('o-2');
    const second = await start('logical');
    await second.confirm('o-3');
    // The one that still runs in the other mode.
    await expect(first.confirm('o-4')).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' });
    await unblock();
    // Keys of their own: in any order among themselves, and before what is new.
    await eventually(async () => expect(await published()).toHaveLength(3));
    expect((await published()).slice(0, 2).sort()).toEqual(['o-1', 'o-2']);
    await stop(first);

    const unblockAgain = await blockPublishing();
    await second.confirm('o-5');
    const third = await start('polling');
    await third.confirm('o-6');
    await expect(second.confirm('o-7')).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' });
    await unblockAgain();
    await stop(second);
    await eventually(async () => expect(await published()).toHaveLength(5));
    expect((await published()).slice(2)).toEqual(['o-3', 'o-5', 'o-6']);
    expect(await third.ask('/outbox')).toMatchObject({ body: { mode: 'polling' } });
  }, 90_000);
});
