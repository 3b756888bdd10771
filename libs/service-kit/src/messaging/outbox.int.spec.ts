import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyOf } from '../testing/copy-of.js';
import { startAnswering } from '../testing/outbox-service.js';

type Answering = Awaited<ReturnType<typeof startAnswering>>;

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000 });

describe('an outbox', () => {
  let database: TestDatabase;
  let logDatabase: TestDatabase;
  let running: Answering | undefined;
  beforeEach(async () => {
    [database, logDatabase] = [await createDatabase('kit'), await createDatabase('kit_log')];
  });
  afterEach(async () => {
    await running?.service.stop();
    await database.drop();
    await logDatabase.drop();
  });
  const start = async (maxEvents?: number, url = database.url) => {
    const limit = maxEvents === undefined ? {} : { maxEvents };
    return (running = await startAnswering({ url, logUrl: logDatabase.url, ...limit }));
  };

  /** Nobody can publish to the embedded log until the result is called; who reads it goes on. */
  async function blockPublishing(): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: logDatabase.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin; lock table mesh_log.entry in share mode');
    return () => client.end();
  }

  test('given it is full, then callers are refused, handlers wait without using up attempts, and both go on by themselves', async () => {
    const { service, confirm, effects, tries, ask } = await start(6);
    await service.ready();
    await confirm('o-1');
    await eventually(async () => expect(await effects()).toBe(1));
    await eventually(async () =>
      expect(await ask('/outbox')).toMatchObject({ body: { depth: 0 } }),
    );

    const unblock = await blockPublishing();
    // What was appended before may still count for a moment.
    await eventually(async () => void (await confirm('o-2', 'o-3', 'o-4', 'o-5', 'o-6', 'o-7')));
    await expect(confirm('o-8')).rejects.toMatchObject({ code: 'OUTBOX_FULL', retryable: true });
    expect(await ask('/outbox')).toMatchObject({
      status: 200,
      body: { mode: 'polling', isForeign: false, depth: 6, maxEvents: 6 },
    });
    await unblock();
    // Each of the six has an answer, which has to wait until the six are published.
    await eventually(async () => expect(await effects()).toBe(7));
    expect(tries()).toBeGreaterThanOrEqual(7);
    expect(await ask('/dead-letters')).toMatchObject({ body: { items: [] } });
    await eventually(async () => void (await confirm('o-8')));
    await eventually(async () => expect(await effects()).toBe(8));
  }, 60_000);

  test('given a row that holds no event, then operators find it parked, try it again and give it up', async () => {
    const { service, ask } = await start();
    await service.ready();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `insert into mesh_outbox.entry (partition, stream, key, headers, body) values (0, 'mesh.probe.v1', 'o-1', '{}', '')`,
    );
    await client.end();
    const parked = async () =>
      (await ask('/outbox-parked')).body['items'] as { position: string }[];
    await eventually(async () =>
      expect(await parked()).toMatchObject([{ key: 'o-1', reason: 'ATTRIBUTE_MISSING' }]),
    );
    const of = { stream: 'mesh.probe.v1', key: 'o-1' };
    expect(await ask('/outbox-parked/redrive', of)).toEqual({
      status: 200,
      body: { redriven: 0, left: 1, error: 'CloudEvents attribute "specversion" is missing' },
    });
    const [letter] = await parked();
    const { position } = letter!;
    expect(await ask('/outbox-parked/discard', { position })).toMatchObject({
      body: { discarded: true },
    });
    expect(await parked()).toEqual([]);
    expect((await ask('/outbox-parked', undefined, 'nobody')).status).toBe(401);
  }, 60_000);

  test('given the database was copied, then the relay stops and says what to do, and a reset brings it on', async () => {
    const first = await start();
    await first.service.ready();
    await first.confirm('o-1', 'o-2');
    await eventually(async () => expect(await first.effects()).toBe(2));
    await eventually(async () =>
      expect((await first.ask('/outbox')).body).toMatchObject({ depth: 0 }),
    );
    await first.service.stop();

    const copy = await copyOf(database);
    const { service, confirm, ask, effects } = await start(undefined, copy.url);
    await eventually(async () => {
      const { waitingFor } = await service.runtime.readiness.report();
      expect(waitingFor).toEqual([
        {
          name: 'relay',
          reason: expect.stringMatching(
            /^The cursor of group "relay" in log "mesh_outbox" belongs to database .* For the outbox: npm run mesh -- outbox reset --service answering --from start, or --from end; npm run mesh -- outbox status tells more$/,
          ),
        },
      ]);
    });
    await confirm('o-3');
    // What waits for a relay that ended has not gone.
    const metrics = await fetch(`http://127.0.0.1:${service.ports.management}/metrics`);
    expect(await metrics.text()).toMatch(/^mesh_outbox_depth(\{.*\})? 5$/m);
    expect(await ask('/outbox')).toMatchObject({ body: { isForeign: true, depth: 5 } });
    expect(await ask('/outbox/plan')).toMatchObject({ body: { kept: 5, unpublished: 1 } });
    expect(await ask('/outbox/reset', { from: 'start' }, 'nonsense')).toMatchObject({
      status: 401,
    });
    expect(await ask('/outbox/reset', { from: 'middle' })).toMatchObject({ status: 400 });

    expect(await ask('/outbox/reset', { from: 'start' })).toMatchObject({
      status: 200,
      body: { actor: 'ann', origin: 'start', kept: 5, unpublished: 1 },
    });
    await service.ready();
    await eventually(async () =>
      expect(await ask('/outbox')).toMatchObject({ body: { isForeign: false, depth: 0 } }),
    );
    // The consumer's inbox is in the copy too: what it knows has no effect again.
    await eventually(async () => expect(await effects()).toBe(3));
    const refused = { status: 409, body: { code: 'CURSOR_OWN' } };
    expect(await ask('/outbox/reset', { from: 'end' })).toMatchObject(refused);
    expect(await ask('/outbox/plan?from=end')).toMatchObject(refused);
    expect(await ask('/outbox/resets')).toMatchObject({ body: { items: [{ actor: 'ann' }] } });
    await service.stop();
    running = undefined;
    await copy.drop();
  }, 60_000);
});
