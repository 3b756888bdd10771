import { NUMBERS_AN_ERA } from '@mesh/pg-log';
import type { Delivery } from '@mesh/messaging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverUntilAcked } from '../testing/dead-letter-rules.js';
import { eventually } from '../testing/eventually.js';
import {
  openParkSetting,
  rejection,
  gaugeChanged,
  type ParkSetting,
  type Replica,
  type ReplicaOptions,
} from '../testing/park-setting.js';

let setting: ParkSetting;
let replicas: Replica[];
beforeEach(async () => {
  setting = await openParkSetting();
  replicas = [];
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  await setting.close();
});

const start = async (options: ReplicaOptions = {}) => {
  const replica = await setting.replica({ kind: 'by-key', ...options });
  replicas.push(replica);
  return replica;
};
const numbered = (gauge: string, version: number): Delivery =>
  gaugeChanged(gauge, version, 1, BigInt(version));
const rows = async (table: string) =>
  (await setting.pool.query(`select from mesh_inbox.${table}`)).rows.length;
const letters = async () =>
  (await setting.letters.list()).map(({ eventId, reason, holdsKey }) => [
    eventId,
    reason,
    holdsKey,
  ]);
const redriveAll = async (replica: Replica) => {
  const ids = (await setting.letters.list()).map(({ id }) => id);
  return replica.operations.redrive(ids, 'ann', new AbortController().signal);
};
const waits = (delivery: Promise<void>) =>
  expect(delivery).rejects.toMatchObject({ name: 'RetryLaterError', counts: false });

it('given events in order, then each has its effect and one row a key is kept', async () => {
  const replica = await start();
  for (const version of [1, 2, 3])
    for (const gauge of ['a', 'b']) await replica.deliver(numbered(gauge, version));
  expect(await setting.effects('a')).toEqual([1, 2, 3]);
  expect([await rows('key_number'), await rows('handled')]).toEqual([2, 0]);
});

it('given a repeat, also to two replicas at once, then it has one effect', async () => {
  const [one, other] = [await start(), await start()];
  await one.deliver(numbered('a', 1));
  await Promise.all([one, other, one, other].map((replica) => replica.deliver(numbered('a', 2))));
  await other.deliver(numbered('a', 1));
  expect(await setting.effects('a')).toEqual([1, 2]);
});

it('given a handler that fails, then the number is not taken', async () => {
  const replica = await start();
  setting.failing.set('a/1', () => new Error('Not now'));
  await expect(replica.deliver(numbered('a', 1))).rejects.toThrow('Not now');
  setting.failing.clear();
  await replica.deliver(numbered('a', 1));
  expect(await setting.effects('a')).toEqual([1]);
});

it('given a gap, then the event waits without an attempt, other keys go on, and it is handled after what was missing', async () => {
  const [one, other] = [await start(), await start()];
  await one.deliver(numbered('a', 1));
  const early = numbered('a', 3);
  await waits(one.deliver(early));
  await waits(one.deliver(early));
  await one.deliver(numbered('b', 1));
  await other.deliver(numbered('a', 2));
  await one.deliver(early);
  expect(await setting.effects('a')).toEqual([1, 2, 3]);
  expect(await setting.effects('b')).toEqual([1]);
});

describe('given a gap that is not closed in time', () => {
  const parkGap = async (options: ReplicaOptions = {}) => {
    const replica = await start({ gapTimeoutMs: 0, ...options });
    await replica.deliver(numbered('a', 1));
    await replica.deliver(numbered('a', 3));
    await replica.deliver(numbered('a', 4));
    return replica;
  };

  it('then it is parked as a gap with what follows it, under each policy', async () => {
    await parkGap({ policy: 'skip' });
    expect(await setting.effects('a')).toEqual([1]);
    expect(await letters()).toEqual([
      ['a-3', 'gap', true],
      ['a-4', 'gap', true],
    ]);
    expect((await setting.letters.list())[0]).toMatchObject({
      errorCode: 'SEQUENCE_GAP',
      errorMessage: 'Number 3 of its key came and 2 is missing after 0 ms',
      attempts: 1,
    });
  });

  it('when what was missing comes, then it is handled, and a redrive handles the rest in order', async () => {
    const replica = await parkGap();
    await replica.deliver(numbered('a', 2));
    await replica.deliver(numbered('a', 3));
    await replica.deliver(numbered('a', 2));
    expect(await setting.effects('a')).toEqual([1, 2]);
    expect(await redriveAll(replica)).toMatchObject([{ result: 'done' }, { result: 'done' }]);
    await replica.deliver(numbered('a', 4));
    await replica.deliver(numbered('a', 5));
    expect(await setting.effects('a')).toEqual([1, 2, 3, 4, 5]);
  });

  it('when it is redriven nevertheless, then what was missing is given up and never applied late', async () => {
    const replica = await parkGap();
    await redriveAll(replica);
    await replica.deliver(numbered('a', 2));
    await replica.deliver(numbered('a', 5));
    expect(await setting.effects('a')).toEqual([1, 3, 4, 5]);
  });

  it('when more come in another order, then a redrive refuses what stands before an earlier number', async () => {
    const replica = await start({ gapTimeoutMs: 0 });
    for (const version of [1, 3, 5, 4]) await replica.deliver(numbered('a', version));
    const [three, five, four] = await setting.letters.list();
    const redrive = (...ids: string[]) =>
      replica.operations.redrive(ids, 'ann', new AbortController().signal);
    expect(await redrive(three!.id, five!.id)).toMatchObject([
      { result: 'done' },
      { result: 'failed', detail: expect.stringContaining(`stands behind ${four!.id}`) },
    ]);
    await redrive(four!.id, five!.id);
    expect(await setting.effects('a')).toEqual([1, 3, 4, 5]);
  });
});

it('given an event that is parked for another reason, then it counts as taken, and what comes behind it too', async () => {
  const replica = await start();
  setting.failing.set('a/2', rejection);
  for (const version of [1, 2, 3]) await replica.deliver(numbered('a', version));
  setting.failing.clear();
  await redriveAll(replica);
  for (const version of [2, 3, 4]) await replica.deliver(numbered('a', version));
  expect(await setting.effects('a')).toEqual([1, 2, 3, 4]);
});

it('given the policy skip, when an event is given up, then its key goes on', async () => {
  const replica = await start({ policy: 'skip' });
  setting.failing.set('a/2', rejection);
  for (const version of [1, 2, 3]) await replica.deliver(numbered('a', version));
  expect(await setting.effects('a')).toEqual([1, 3]);
  expect(await letters()).toEqual([['a-2', 'rejected', false]]);
});

it('given types that nobody handles, then their numbers are taken, once and in order', async () => {
  const replica = await start({ gapTimeoutMs: 60_000 });
  await replica.deliver(numbered('a', 1));
  await Promise.all(
    ['a', 'b', 'c'].map((gauge) => replica.pass(numbered(gauge, gauge === 'a' ? 2 : 1))),
  );
  await replica.pass(numbered('a', 2));
  await expect(replica.pass(numbered('a', 4))).rejects.toThrow('3 is missing');
  await replica.deliver(numbered('a', 3));
  await replica.deliver(numbered('b', 2));
  expect(await setting.effects('a')).toEqual([1, 3]);
  expect(await setting.effects('b')).toEqual([2]);
});

it('given a key whose first event is not number 1, then the count begins there, and what is before is kept as a dead letter', async () => {
  const replica = await start();
  for (const version of [7, 8, 5]) await replica.deliver(numbered('a', version));
  expect(await setting.effects('a')).toEqual([7, 8]);
  expect(await letters()).toEqual([['a-5', 'gap', false]]);
});

it('given a new era of numbers, then its first number is the next one, and another is a gap', async () => {
  const replica = await start();
  const inEra = (version: number, n: bigint) =>
    gaugeChanged('a', version, 1, 5n * NUMBERS_AN_ERA + n);
  await replica.deliver(numbered('a', 1));
  await waits(replica.deliver(inEra(3, 2n)));
  await replica.deliver(inEra(2, 1n));
  await replica.deliver(inEra(3, 2n));
  expect(await setting.effects('a')).toEqual([1, 2, 3]);
});

it('given events without a number, then they are known by their ids', async () => {
  const replica = await start();
  for (const version of [1, 1, 2]) await replica.deliver(gaugeChanged('a', version));
  expect(await setting.effects('a')).toEqual([1, 2]);
  expect([await rows('key_number'), await rows('handled')]).toEqual([0, 2]);
});

it('given a gap, when the missing event comes while it waits, then nothing of it is told as a failure', async () => {
  const [one, other] = [await start(), await start()];
  await one.deliver(numbered('a', 1));
  const late = deliverUntilAcked(one, numbered('a', 3));
  await other.deliver(numbered('a', 2));
  await late;
  await eventually(async () => expect(await setting.effects('a')).toEqual([1, 2, 3]));
  expect(await letters()).toEqual([]);
});

it('given a gap that is discarded, then its number counts as taken', async () => {
  const replica = await start({ gapTimeoutMs: 0 });
  for (const version of [1, 3]) await replica.deliver(numbered('a', version));
  const ids = (await setting.letters.list()).map(({ id }) => id);
  await replica.operations.discard(ids, 'ann');
  await replica.deliver(numbered('a', 4));
  expect(await setting.effects('a')).toEqual([1, 4]);
});
