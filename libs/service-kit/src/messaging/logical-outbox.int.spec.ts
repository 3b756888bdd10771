import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyOf } from '../testing/copy-of.js';
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
  /** Fulfilled before it is ready. */
  const open = async (relay: 'polling' | 'logical', url = database.url) => {
    const answering = await startAnswering({ url, logUrl: logDatabase.url, relay });
    running.push(answering);
    return answering;
  };
  const start = async (relay: 'polling' | 'logical', url = database.url) => {
    const answering = await open(relay, url);
    await answering.service.ready();
    return answering;
  };
  const metricsOf = async ({ service }: Answering) =>
    (await fetch(`http://127.0.0.1:${service.ports.management}/metrics`)).text();
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
      `select key from mesh_log.entry where headers->>'ce_type' like '%JobConfirmed' order by position`,
    );
    return rows.map(({ key }) => String(key));
  }

  test('publishes, and says how its slot is to operators and to metrics', async () => {
    const answering = await start('logical');
    const { confirm, effects, ask } = answering;
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
    const text = await metricsOf(answering);
    expect(text).toMatch(/^mesh_outbox_slot_active(\{.*\})? 1$/m);
    expect(text).toMatch(/^mesh_outbox_wal_waiting_bytes(\{.*\})? \d+$/m);
    expect(text).toMatch(/^mesh_outbox_slot_lost(\{.*\})? 0$/m);
    const refused = { status: 409, body: { code: 'CURSOR_OWN' } };
    expect(await ask('/outbox/plan')).toMatchObject(refused);
    expect(await ask('/outbox/reset', { from: 'end' })).toMatchObject(refused);
    expect(await ask('/outbox/resets')).toMatchObject({ body: { items: [] } });
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

    const answering = await open('logical');
    const { confirm, ask, effects } = answering;
    await eventually(() =>
      expect(confirm('o-2')).rejects.toMatchObject({
        ...{ code: 'OUTBOX_CLOSED', retryable: true },
        message: expect.stringMatching(/^The outbox takes nothing since its replication slot/),
      }),
    );
    const text = await metricsOf(answering);
    expect(text).toMatch(/^mesh_outbox_slot_lost(\{.*\})? 1$/m);
    expect(text).toMatch(/^mesh_outbox_depth(\{.*\})? nan$/im);
    expect(text).toMatch(/^mesh_outbox_oldest_age_seconds(\{.*\})? nan$/im);
    expect(await ask('/outbox')).toMatchObject({
      body: { depth: null, oldestAgeSeconds: null, slot: { lost: 'it was dropped' } },
    });
    expect((await ask('/outbox/plan?from=start')).status).toBe(503);
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

  test.each(['end', 'start'] as const)(
    'given a copied database that once was relayed by polling, when reset from the %s, then it goes on in both modes',
    async (from) => {
      const first = await start('polling');
      await first.confirm('o-1');
      await eventually(async () => expect(await first.effects()).toBe(1));
      await stop(first);
      const second = await start('logical');
      await second.confirm('o-2');
      await eventually(async () => expect(await second.effects()).toBe(2));
      await stop(second);

      const copy = await copyOf(database);
      const third = await open('logical', copy.url);
      await eventually(async () => {
        const { waitingFor } = await third.service.runtime.readiness.report();
        expect(waitingFor).toMatchObject([
          { reason: expect.stringMatching(/--service answering/) },
        ]);
      });
      expect(await third.ask('/outbox')).toMatchObject({
        body: { isForeign: true, slot: { lost: expect.stringMatching(/restored or copied/) } },
      });
      // Of the polling mode's: the job's event and the answer to it.
      const table = { kept: 2, unpublished: 0 };
      expect(await third.ask('/outbox/plan')).toMatchObject({
        body: { ...table, lost: expect.stringMatching(/restored or copied/) },
      });
      const reset = await third.ask('/outbox/reset', { from });
      expect(reset).toMatchObject({ status: 200, body: { actor: 'ann', origin: from, ...table } });
      expect(await third.ask('/outbox/resets')).toMatchObject({
        body: { items: [{ kept: null, unpublished: null }, table] },
      });
      await third.service.ready();
      await third.confirm('o-3');
      await eventually(async () => expect(await published()).toContain('o-3'));
      const again = from === 'start' ? ['o-1'] : [];
      expect(await published()).toEqual(['o-1', 'o-2', ...again, 'o-3']);
      await stop(third);

      const fourth = await start('polling', copy.url);
      await fourth.confirm('o-4');
      await eventually(async () =>
        expect(await published()).toEqual(['o-1', 'o-2', ...again, 'o-3', 'o-4']),
      );
      expect(await fourth.ask('/outbox')).toMatchObject({
        body: { mode: 'polling', isForeign: false },
      });
      await stop(fourth);
      await copy.drop();
    },
    90_000,
  );

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
