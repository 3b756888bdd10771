import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toKafka } from '@mesh/envelope';
import { RejectedError } from '@mesh/messaging';
import { deliverUntilAcked, parkByKey } from '../testing/dead-letter-rules.js';
import { eventually } from '../testing/eventually.js';
import {
  forgetsKeys,
  group,
  openParkSetting,
  rejection,
  gaugeChanged,
  stream,
  type ParkSetting,
  type Replica,
  type ReplicaOptions,
} from '../testing/park-setting.js';

let setting: ParkSetting;
const open: Replica[] = [];
beforeEach(async () => void (setting = await openParkSetting()));
afterEach(async () => {
  for (const replica of open.splice(0)) await replica.close();
  await setting.close();
});

const { signal } = new AbortController();
const start = async (options?: ReplicaOptions) => {
  const replica = await setting.replica(options);
  open.push(replica);
  return replica;
};
const parkedIds = async () => (await setting.letters.list()).map(({ eventId }) => eventId);
const ids = async () => (await setting.letters.list()).map(({ id }) => id);
const audit = async () =>
  (await setting.letters.audit())
    .map(({ actor, action, eventId, result, detail }) => ({
      actor,
      action,
      eventId,
      result,
      detail,
    }))
    .reverse();

describe('rule 32: the record of a dead letter', () => {
  it('carries everything that is known of it, and the original bytes and headers', async () => {
    const replica = await start();
    const failure = Object.assign(new Error('No shelf 17 for "MUG"'), { code: 'SHELF' });
    setting.failing.set('MUG/1', () => failure);
    const before = Date.now();
    const delivery = gaugeChanged('MUG', 1);
    await deliverUntilAcked(replica, delivery);
    const [letter] = await setting.letters.whole();
    expect(letter).toMatchObject({
      ...{ group, stream, key: 'MUG', eventId: 'MUG-1', eventSource: '/probe' },
      eventType: 'mesh.probe.v1.GaugeChanged',
      ...{ holdsKey: true, behind: null, reason: 'max-attempts', attempts: 2, position: '0:1' },
      errorCode: 'SHELF',
      errorMessage: expect.stringMatching(
        /^Failed 2 times in \d+ ms, at last with: No shelf 17 for "MUG"$/,
      ),
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    const { headers, body, firstFailedAt, lastFailedAt } = letter!;
    expect(headers).toEqual(delivery.headers);
    expect(Buffer.compare(body, delivery.body)).toBe(0);
    expect(firstFailedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(lastFailedAt.getTime()).toBeGreaterThanOrEqual(firstFailedAt.getTime());
  });

  it.each(['rejected', 'expired', 'overflow', 'undecodable'] as const)(
    'has the reason %s when its handler says so',
    async (reason) => {
      setting.failing.set('MUG/1', () => new RejectedError(reason, 'No'));
      await deliverUntilAcked(await start(), gaugeChanged('MUG', 1));
      expect(await setting.letters.list()).toMatchObject([{ reason, attempts: 1 }]);
    },
  );

  it('is written also when the key is longer than an index takes, and parks it', async () => {
    const key = randomBytes(4000).toString('hex');
    const replica = await start();
    setting.failing.set('MUG/1', () => new RejectedError('rejected', 'No'));
    await deliverUntilAcked(replica, { ...gaugeChanged('MUG', 1), key });
    await deliverUntilAcked(replica, { ...gaugeChanged('MUG', 2), key });
    expect(await setting.letters.list()).toMatchObject([
      { key: expect.stringMatching(/^[0-9a-f]{64}… sha256 [0-9a-f]{64}$/), holdsKey: true },
      { behind: expect.any(String), holdsKey: true },
    ]);
  });

  it('has one fingerprint for failures that differ only in numbers and names', async () => {
    const replica = await start();
    for (const version of [1, 2]) {
      setting.failing.set(
        `MUG${version}/1`,
        () => new RejectedError('rejected', `No shelf ${version} for "MUG${version}"`),
      );
      await deliverUntilAcked(replica, gaugeChanged(`MUG${version}`, 1));
    }
    expect(await setting.letters.stats()).toMatchObject([
      { count: 2, keys: 2, reason: 'rejected' },
    ]);
  });
});

describe('rule 33: order by key', () => {
  it('later events of a parked key are parked behind it, other keys go on, a redrive replays the key in order', () =>
    parkByKey(setting));

  it('the suite rejects, naming the rule, a double that forgets the key', async () => {
    await expect(parkByKey(setting, { mutate: forgetsKeys })).rejects.toThrow(
      'rule 33: the key bad had the effects 1,3,4,5 instead of 1',
    );
  });

  it('by the policy skip, later events of the key go on', async () => {
    const replica = await start({ policy: 'skip' });
    setting.failing.set('MUG/1', rejection);
    for (const version of [1, 2]) await deliverUntilAcked(replica, gaugeChanged('MUG', version));
    expect(await setting.effects('MUG')).toEqual([2]);
    expect(await setting.letters.list()).toMatchObject([{ eventId: 'MUG-1', holdsKey: false }]);
  });

  it('given deliveries that are repeated, then each is parked once, and has no effect', async () => {
    const [one, another] = [await start(), await start()];
    setting.failing.set('MUG/1', rejection);
    for (const replica of [one, another, one])
      for (const version of [1, 2]) await deliverUntilAcked(replica, gaugeChanged('MUG', version));
    expect(await parkedIds()).toEqual(['MUG-1', 'MUG-2']);
    expect(await setting.effects('MUG')).toEqual([]);
  });

  it('given a handler without a transaction, then later events of a parked key are parked behind it all the same', async () => {
    const replica = await start({ delivery: 'at-least-once' });
    setting.failing.set('MUG/2', rejection);
    for (const version of [1, 2, 3]) await deliverUntilAcked(replica, gaugeChanged('MUG', version));
    await deliverUntilAcked(replica, gaugeChanged('CUP', 1));
    expect(await parkedIds()).toEqual(['MUG-2', 'MUG-3']);
    setting.failing.clear();
    await replica.operations.redrive(await ids(), 'ann', signal);
    await deliverUntilAcked(replica, gaugeChanged('MUG', 4));
    expect(await parkedIds()).toEqual([]);
  });

  it('given an event without a key, then it is parked and holds back nothing', async () => {
    const replica = await start();
    setting.failing.set('MUG/1', rejection);
    for (const version of [1, 2])
      await deliverUntilAcked(replica, { ...gaugeChanged('MUG', version), key: null });
    expect(await setting.letters.list()).toMatchObject([{ key: null, holdsKey: false }]);
    expect(await setting.effects('MUG')).toEqual([2]);
  });

  it('given an event in structured mode, then its data comes back at the redrive', async () => {
    const replica = await start();
    setting.failing.set('MUG/1', rejection);
    const plain = gaugeChanged('MUG', 1);
    const { headers, value: body } = toKafka(plain.event(), 'structured');
    await deliverUntilAcked(replica, { ...plain, headers, body: body! });
    const [letter] = await setting.letters.whole();
    expect(Buffer.compare(letter!.body, body!)).toBe(0);
    setting.failing.clear();
    await replica.operations.redrive(await ids(), 'ann', signal);
    expect(await setting.effects('MUG')).toEqual([1]);
  });

  it('given a replica that has not heard of it yet, then the key is parked nevertheless', async () => {
    const replica = await start();
    const deaf = await start();
    vi.spyOn(deaf.keys, 'has').mockReturnValue(false);
    setting.failing.set('MUG/1', rejection);
    await deliverUntilAcked(replica, gaugeChanged('MUG', 1));
    await deliverUntilAcked(deaf, gaugeChanged('MUG', 2));
    expect(await parkedIds()).toEqual(['MUG-1', 'MUG-2']);
  });

  it('given a replica that still takes a freed key for parked, then the event is handled', async () => {
    const replica = await start();
    vi.spyOn(replica.keys, 'has').mockReturnValue(true);
    await deliverUntilAcked(replica, gaugeChanged('MUG', 1));
    expect(await setting.effects('MUG')).toEqual([1]);
  });

  it('tells the other replicas, and one that starts later, which keys are parked and freed', async () => {
    const [one, another] = [await start(), await start()];
    const place = { group, stream, key: 'MUG' };
    setting.failing.set('MUG/1', rejection);
    await deliverUntilAcked(one, gaugeChanged('MUG', 1));
    await eventually(() => expect(another.keys.has(place)).toBe(true));
    expect((await start()).keys.has(place)).toBe(true);
    await another.operations.discard(await ids(), 'ann');
    await eventually(() => expect(one.keys.has(place)).toBe(false));
  });

  it('given a connection that breaks, then it listens again and knows what it missed', async () => {
    const replica = await start();
    const { rows } = await setting.pool.query(
      `select pid from pg_stat_activity where datname = current_database() and query like 'listen "mesh_inbox%'`,
    );
    await setting.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    setting.failing.set('MUG/1', rejection);
    await deliverUntilAcked(await start(), gaugeChanged('MUG', 1));
    await eventually(() => expect(replica.keys.has({ group, stream, key: 'MUG' })).toBe(true));
  });

  it('given an event that arrives while its key is redriven, then it waits, and is handled after it', async () => {
    const replica = await start();
    setting.failing.set('MUG/1', rejection);
    await deliverUntilAcked(replica, gaugeChanged('MUG', 1));
    setting.failing.clear();
    const lock = await setting.pool.connect();
    await lock.query('begin; lock table effect in access exclusive mode');
    const redrive = replica.operations.redrive(await ids(), 'ann', signal);
    const later = deliverUntilAcked(replica, gaugeChanged('MUG', 2));
    await eventually(async () => {
      const { rows } = await setting.pool.query(
        `select count(*)::int as waiting from pg_locks where not granted`,
      );
      expect(rows[0].waiting).toBe(2);
    });
    await lock.query('commit');
    lock.release();
    await Promise.all([redrive, later]);
    expect(await setting.effects('MUG')).toEqual([1, 2]);
    expect(await parkedIds()).toEqual([]);
  });
});

describe('rule 34: redrive', () => {
  const parkFive = async (replica: Replica) => {
    setting.failing.set('MUG/1', rejection);
    for (let version = 1; version <= 5; version++)
      await deliverUntilAcked(replica, gaugeChanged('MUG', version));
    setting.failing.clear();
  };

  it('stops at the first that fails again, which keeps its place; each action is in the audit', async () => {
    const replica = await start();
    await parkFive(replica);
    setting.failing.set('MUG/3', () => new RejectedError('expired', 'Too late'));
    const all = await ids();
    expect(await replica.operations.redrive(all, 'ann', signal)).toEqual([
      { id: all[0], result: 'done' },
      { id: all[1], result: 'done' },
      { id: all[2], result: 'failed', detail: 'Too late' },
    ]);
    expect(await setting.effects('MUG')).toEqual([1, 2]);
    expect(await setting.letters.list()).toMatchObject([
      { eventId: 'MUG-3', reason: 'expired', errorMessage: 'Too late', attempts: 1, behind: null },
      { eventId: 'MUG-4', attempts: 0 },
      { eventId: 'MUG-5', attempts: 0 },
    ]);
    const done = { actor: 'ann', action: 'redrive', result: 'done', detail: null };
    expect(await audit()).toEqual([
      { ...done, eventId: 'MUG-1' },
      { ...done, eventId: 'MUG-2' },
      { ...done, eventId: 'MUG-3', result: 'failed', detail: 'Too late' },
    ]);
  });

  it('given one that stands behind another of its key, then it is refused and changes nothing', async () => {
    const replica = await start();
    await parkFive(replica);
    const [first, second] = await ids();
    expect(await replica.operations.redrive([second!], 'ann', signal)).toEqual([
      {
        id: second,
        result: 'failed',
        detail: `Dead letter ${second} stands behind ${first} of its key; redrive or discard that one first`,
      },
    ]);
    expect(await parkedIds()).toHaveLength(5);
    expect(await audit()).toEqual([]);
  });

  it('given the same redrive twice at once, then each event has one effect', async () => {
    const [one, another] = [await start(), await start()];
    await parkFive(one);
    const all = await ids();
    await Promise.all([
      one.operations.redrive(all, 'ann', signal),
      another.operations.redrive(all, 'ben', signal),
    ]);
    expect(await setting.effects('MUG')).toEqual([1, 2, 3, 4, 5]);
    expect(await audit()).toHaveLength(5);
  });

  it('given an event that was redriven, when the broker delivers it again, then it has no further effect', async () => {
    const replica = await start();
    await parkFive(replica);
    await replica.operations.redrive(await ids(), 'ann', signal);
    await deliverUntilAcked(replica, gaugeChanged('MUG', 1));
    expect(await setting.effects('MUG')).toEqual([1, 2, 3, 4, 5]);
  });

  it('a plan takes keys whole and in order, and changes nothing', async () => {
    const replica = await start();
    await parkFive(replica);
    const before = await setting.letters.list();
    const head = before[0]!.id;
    expect((await setting.letters.plan({ ids: [head] })).map(({ eventId }) => eventId)).toEqual([
      'MUG-1',
      'MUG-2',
      'MUG-3',
      'MUG-4',
      'MUG-5',
    ]);
    expect(await setting.letters.list()).toEqual(before);
    expect(await audit()).toEqual([]);
  });

  it('given a discarded head, then it never has an effect, and the key waits for the rest', async () => {
    const replica = await start();
    await parkFive(replica);
    const [head, ...rest] = await ids();
    expect(await replica.operations.discard([head!], 'ben')).toEqual([
      { id: head, result: 'done' },
    ]);
    await deliverUntilAcked(replica, gaugeChanged('MUG', 1));
    await replica.operations.redrive(rest, 'ann', signal);
    expect(await setting.effects('MUG')).toEqual([2, 3, 4, 5]);
    expect((await audit())[0]).toMatchObject({ actor: 'ben', action: 'discard', eventId: 'MUG-1' });
    expect(await replica.operations.discard([head!], 'ben')).toEqual([
      { id: head, result: 'gone' },
    ]);
  });

  it('filters by stream, key, reason, type and age', async () => {
    const replica = await start();
    await parkFive(replica);
    const found = async (filter: Parameters<typeof setting.letters.list>[0]) =>
      (await setting.letters.list(filter)).length;
    expect(await found({ stream, key: 'MUG', reason: 'rejected', group })).toBe(5);
    expect(await found({ type: 'mesh.probe.v1.GaugeChanged', youngerThanMs: 60_000 })).toBe(5);
    expect(await found({ stream: 'mesh.probe.v1' })).toBe(0);
    expect(await found({ key: 'CUP' })).toBe(0);
    expect(await found({ reason: 'expired' })).toBe(0);
    expect(await found({ type: 'mesh.probe.v1.JobPlaced' })).toBe(0);
    expect(await found({ olderThanMs: 60_000 })).toBe(0);
  });
});
