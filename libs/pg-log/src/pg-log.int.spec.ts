import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';

let test: TestLog;
beforeAll(async () => void (test = await openTestLog()));
afterAll(() => test.close());

/** A log of its own in the test's database. */
async function freshLog(schema: string, partitions?: number): Promise<PgLog> {
  const log = new PgLog({ pool: test.pool, schema, partitions });
  await log.install();
  return log;
}

describe('install', () => {
  it('is safe at once from several processes', async () => {
    await Promise.all(Array.from({ length: 8 }, () => freshLog('installed_at_once')));
  });

  it('refuses another number of partitions', async () => {
    await freshLog('eight', 8);
    await expect(freshLog('eight', 4)).rejects.toMatchObject({
      code: 'PARTITIONS_DIFFER',
      message:
        'The log "eight" has 8 partitions and was asked for 4: the number can\'t change once keys are placed; give partitions: 8',
    });
  });

  it('refuses a schema that needs quotes', () => {
    expect(() => new PgLog({ pool: test.pool, schema: 'Mesh"; drop' })).toThrow(
      expect.objectContaining({ code: 'SCHEMA_INVALID' }),
    );
  });
});

describe('append', () => {
  it('keeps every byte and character', async () => {
    const log = await freshLog('bytes');
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const headers = { ce_type: 'ü "quoted" \\ \u0000 \n', 'x,{}': '' };
    const entries = [
      entry('k', 1, { headers, body: all }),
      entry(null, 2, { routingKey: null, body: new Uint8Array(0) }),
    ];
    await log.append(test.pool, entries);
    for (const alone of entries) await log.append(test.pool, [alone]);
    const reader = read(log);
    await hasRead(reader, 4);
    await Promise.all([reader.stop(), log.close()]);
    const rows = reader.rows.sort((a, b) => Number(a.position - b.position));
    for (const [first, second] of [rows.slice(0, 2), rows.slice(2)]) {
      expect(first).toMatchObject({ stream: 'jobs', key: 'k', headers, body: Buffer.from(all) });
      expect(first?.appendedAt).toBeInstanceOf(Date);
      expect(second).toMatchObject({ key: null, routingKey: null, body: Buffer.alloc(0) });
    }
  });

  it('given the transaction rolls back, then leaves nothing', async () => {
    const log = await freshLog('rollback');
    const client = await test.pool.connect();
    await client.query('begin');
    await log.append(client, [entry('k', 1)]);
    await client.query('rollback');
    client.release();
    await log.append(test.pool, [entry('k', 2)]);
    const reader = read(log);
    await hasRead(reader, 1);
    await Promise.all([reader.stop(), log.close()]);
    expect(numbers(reader.rows)).toEqual([2]);
  });
});

describe('groups', () => {
  it('each get everything of their streams', async () => {
    const log = await freshLog('groups');
    await log.append(test.pool, [entry('a', 1), entry('a', 2, { stream: 'gauge' })]);
    const [all, jobs] = [read(log, { group: 'all' }), read(log, { group: 'o', streams: ['jobs'] })];
    await Promise.all([hasRead(all, 2), hasRead(jobs, 1)]);
    await log.append(test.pool, [entry('a', 3, { stream: 'gauge' }), entry('a', 4)]);
    log.wake();
    await Promise.all([hasRead(all, 4), hasRead(jobs, 2)]);
    await Promise.all([all.stop(), jobs.stop(), log.close()]);
    expect(numbers(all.rows)).toEqual([1, 2, 3, 4]);
    expect(numbers(jobs.rows)).toEqual([1, 4]);
  });

  it('given from: end, then sees what commits after ready', async () => {
    const log = await freshLog('at_end');
    await log.append(test.pool, [entry('a', 1)]);
    const late = await test.pool.connect();
    await late.query('begin');
    await log.append(late, [entry('b', 2)]);
    const readers = [
      read(log, { group: 'kept', from: 'end' }),
      read(log, { group: 'alone', from: 'end', ephemeral: true }),
    ];
    await Promise.all(readers.map(({ ready }) => ready));
    await late.query('commit');
    late.release();
    log.wake();
    await Promise.all(readers.map((reader) => hasRead(reader, 1)));
    await Promise.all(readers.map((reader) => reader.stop()));
    await log.close();
    expect(readers.map(({ rows }) => numbers(rows))).toEqual([[2], [2]]);
    const { rows } = await test.pool.query('select name from at_end.consumer_group');
    expect(rows).toEqual([{ name: 'kept' }]);
  });

  it('given a group is dropped, then it starts anew', async () => {
    const log = await freshLog('dropped');
    await log.append(test.pool, [entry('a', 1)]);
    const first = read(log);
    await hasRead(first, 1);
    await first.stop();
    await log.dropGroup('g');
    const second = read(log);
    await hasRead(second, 1);
    await second.stop();
    await log.close();
  });

  it('given the cursor is of another server, then refuses and says what to do', async () => {
    const log = await freshLog('foreign');
    await log.append(test.pool, [entry('a', 1)]);
    const first = read(log);
    await hasRead(first, 1);
    await first.stop();
    const { rows } = await test.pool.query(
      `select system_identifier::text as id, (select oid from pg_database where datname = current_database()) as oid from pg_control_system()`,
    );
    await test.pool.query(`update "foreign".consumer_group set server = '42/7'`);
    await expect(read(log).ended).rejects.toMatchObject({
      code: 'CURSOR_FOREIGN',
      retryable: false,
      message: `The cursor of group "g" in log "foreign" belongs to database 42/7 and this is ${rows[0].id}/${rows[0].oid} (system identifier/oid): the data was restored or copied, so what the cursor has read can't be told here. Reset the group: from "start" it reads everything again, from "end" it skips what is there`,
    });
    await log.close();
  });
});

describe('a log of a single group', () => {
  it('notifies nobody while this process is its only member, and again once there is another', async () => {
    const log = new PgLog({ pool: test.pool, schema: 'single', singleGroup: true });
    const other = new PgLog({ pool: test.pool, schema: 'single', singleGroup: true });
    await log.install();
    const listener = await test.pool.connect();
    const heard: string[] = [];
    listener.on('notification', ({ payload = '' }) => heard.push(payload.split(' ')[0] ?? ''));
    await listener.query('listen single');
    const alone = read(log);
    await alone.ready;
    await log.append(test.pool, [entry('a', 1)]);
    log.wake();
    await hasRead(alone, 1);
    await alone.stop();
    // What it announced as it left comes after whatever the wake sent.
    await expect.poll(() => heard.length).toBe(3);
    expect(heard).toEqual(['members', 'members', 'members']);

    const members = [read(log), read(other)];
    await Promise.all(members.map(({ ready }) => ready));
    log.wake();
    await expect.poll(() => heard).toContain('appended');
    listener.release(true);
    await Promise.all(members.map((member) => member.stop()));
    await Promise.all([log.close(), other.close()]);
  });
});
