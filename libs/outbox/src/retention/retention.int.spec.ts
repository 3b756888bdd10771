import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installParking } from '../dead-letters/schema.js';
import { handleOnce } from '../inbox.js';
import { installInbox, SLOT_MS } from '../postgres/inbox-schema.js';
import { installKeyNumbers } from '../postgres/key-number-schema.js';
import { installReplays } from '../postgres/replay-schema.js';
import { openSetting, type Setting } from '../testing/setting.js';
import { forgetAudit } from './audit-retention.js';
import { forgetHandled } from './inbox-retention.js';
import { forgetIdleKeys } from './key-retention.js';
import { installSchedule, RetentionSchedule } from './schedule.js';

const DAY_MS = 86_400_000;
const { signal } = new AbortController();

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
  await installParking(setting.pool);
});
afterEach(() => setting.close());

/** An id as events of that time have it. */
function idOf(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
}
const handle = (id: string) =>
  setting.db
    .transaction()
    .execute((tx) => handleOnce(tx, { group: 'g', source: '/s', id }, () => Promise.resolve()));
const count = async () =>
  (await setting.pool.query('select count(*)::int as n from mesh_inbox.handled')).rows[0].n;
const forget = (now: number) =>
  forgetHandled(setting.pool, { keepMs: 8 * DAY_MS, now: new Date(now), signal });

describe('the inbox', () => {
  it('forgets what was handled longer ago than it is to remember, and nothing younger', async () => {
    const now = Date.now();
    const ids = [idOf(now), idOf(now - 5 * DAY_MS), idOf(now + SLOT_MS), 'no-time', randomUUID()];
    for (const id of ids) expect(await handle(id)).toBe(true);
    for (const id of ids) expect(await handle(id)).toBe(false);
    expect(await forget(now + 7 * DAY_MS)).toBe(0);
    expect(await count()).toBe(5);
    await forget(now + 9 * DAY_MS + 2 * SLOT_MS);
    expect(await count()).toBe(0);
  });

  it('remembers an event that was old when it came', async () => {
    const id = idOf(Date.now() - 40 * DAY_MS);
    expect(await handle(id)).toBe(true);
    await forget(Date.now() + 7 * DAY_MS);
    expect(await handle(id)).toBe(false);
  });

  it('keeps the note of a dead letter, however old', async () => {
    const id = idOf(Date.now());
    await handle(id);
    await handle(idOf(Date.now()));
    await setting.pool.query(
      `insert into mesh_inbox.dead_letter (group_name, stream, event_source, event_id, event_type, holds_key, reason,
         error_code, error_message, fingerprint, attempts, first_failed_at, last_failed_at, position, headers, body)
       values ('g', 's', '/s', $1, 't', false, 'rejected', 'C', 'm', 'f', 1, now(), now(), '1', '{}', '')`,
      [id],
    );
    expect(await forget(Date.now() + 20 * DAY_MS)).toBe(1);
    expect(await count()).toBe(1);
    expect(await handle(id)).toBe(false);
    expect(await forget(Date.now() + 20 * DAY_MS)).toBe(0);
  });

  it('given a transaction that is in a slot, then leaves it to the next time at once', async () => {
    await handle(idOf(Date.now()));
    const open = await setting.pool.connect();
    await open.query('begin; select from mesh_inbox.handled limit 1');
    expect(await forget(Date.now() + 20 * DAY_MS)).toBe(0);
    await open.query('commit');
    open.release();
    expect(await forget(Date.now() + 20 * DAY_MS)).toBe(1);
  });

  it('given one of an earlier version, then has its notes, whoever installs it', async () => {
    const { pool } = setting;
    const id = idOf(Date.now());
    await pool.query(`drop table mesh_inbox.handled; create table mesh_inbox.handled (
      group_name text not null, source text not null, event_id text not null,
      handled_at timestamptz not null default clock_timestamp(), primary key (group_name, source, event_id))`);
    await handle(id);
    await Promise.all([installInbox(pool), handle('late'), installInbox(pool)]);
    expect(await handle(id)).toBe(false);
    expect(await handle('late')).toBe(false);
    expect(await forget(Date.now() + 20 * DAY_MS)).toBe(2);
  });
});

it('an inbox with a row a key forgets keys that were idle for long, and no parked one', async () => {
  const { pool } = setting;
  const forgetAt = (now: number) =>
    forgetIdleKeys(pool, { keepMs: 8 * DAY_MS, now: new Date(now), signal });
  expect(await forgetAt(Date.now())).toBe(0);
  await installKeyNumbers(pool);
  await pool.query(`
    insert into mesh_inbox.key_number (group_name, stream, source, key, first, number)
    select 'g', 's', '/s', 'k' || n, 1, 1 from generate_series(1, 1000) n;
    insert into mesh_inbox.parked_key (group_name, stream, key) values ('g', 's', 'k7')`);
  expect(await forgetAt(Date.now() + 7 * DAY_MS)).toBe(0);
  expect(await forgetAt(Date.now() + 9 * DAY_MS)).toBe(999);
  const { rows } = await pool.query('select key from mesh_inbox.key_number');
  expect(rows).toEqual([{ key: 'k7' }]);
});

it('records of what operators did go when they are old', async () => {
  await installReplays(setting.pool);
  await setting.pool.query(
    `insert into mesh_inbox.replay (actor, group_name, stream, origin, again, ranges, result)
     values ('ann', 'g', 's', 'start', false, '[]', 'done')`,
  );
  const forgetAt = (now: number) =>
    forgetAudit(setting.pool, { keepMs: 90 * DAY_MS, now: new Date(now), signal });
  expect(await forgetAt(Date.now() + 89 * DAY_MS)).toBe(0);
  expect(await forgetAt(Date.now() + 91 * DAY_MS)).toBe(1);
});

describe('the schedule', () => {
  let now: Date;
  let ran: number[];
  beforeEach(async () => {
    await Promise.all([installSchedule(setting.pool), installSchedule(setting.pool)]);
    now = new Date('2030-01-01T00:00:00Z');
    ran = [];
  });
  const replica = () => new RetentionSchedule(setting.pool, () => now);
  const job = { name: 'j', everyMs: 60_000, run: async () => ran.push(now.getTime()) };

  it('given several replicas, then one runs a job each time, also after a restart', async () => {
    const run = () => Promise.all([1, 2, 3].map(() => replica().runIfDue(job, signal)));
    expect((await run()).filter((removed) => removed !== undefined)).toHaveLength(1);
    await run();
    expect(ran).toHaveLength(1);
    now = new Date(now.getTime() + 60_000);
    await run();
    expect(ran).toHaveLength(2);
    expect(await replica().states()).toMatchObject([{ name: 'j', ranAt: now, removed: 3 }]);
  });

  it('given a job fails, then it is told and tried again soon', async () => {
    const failing = { ...job, run: () => Promise.reject(new Error('no disk')) };
    await expect(replica().runIfDue(failing, signal)).rejects.toThrow('no disk');
    expect(await replica().states()).toMatchObject([{ failure: 'no disk', ranAt: null }]);
    now = new Date(now.getTime() + 6000);
    expect(await replica().runIfDue(job, signal)).toBe(1);
    expect(await replica().states()).toMatchObject([{ failure: null, ranAt: now }]);
  });
});
