import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromKafka, type CloudEvent } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import {
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
const ids = async () => (await setting.letters.list()).map(({ id }) => id);

/** Bytes that are no event, at a place of their own; without one, as AMQP has it. */
function garbage(position: string, changes: Partial<Delivery> = {}): Delivery {
  const headers = {
    'x-delivery-count': 3,
    ce_type: Buffer.from([0xff]),
    other: Buffer.from('text'),
  };
  const body = Buffer.from([0xff, 0x00, 0x01]);
  return {
    ...{ source: stream, group, key: 'MUG', routingKey: null, headers, body, position, signal },
    ...{ attempt: 1, identity: position },
    event: () => fromKafka({ headers, value: body }),
    ...changes,
  };
}

/** The same from a broker without places. */
const withoutIdentity = (delivery: Delivery) =>
  Object.fromEntries(
    Object.entries(delivery).filter(([name]) => name !== 'identity'),
  ) as unknown as Delivery;

describe('a message that can not be read', () => {
  it('is recorded with its bytes and headers, and its key goes on', async () => {
    const replica = await start();
    const delivery = garbage('0:1');
    await replica.deliver(delivery);
    await replica.deliver(gaugeChanged('MUG', 1));
    const [letter] = await setting.letters.whole();
    expect(letter).toMatchObject({
      ...{ group, stream, key: 'MUG', position: '0:1', unread: true, holdsKey: false },
      ...{ reason: 'undecodable', errorCode: 'ATTRIBUTE_INVALID', eventType: '', attributes: null },
      errorMessage: 'CloudEvents attribute "ce_type" must be UTF-8, not a value of type object',
    });
    expect(letter!.headers).toEqual(delivery.headers);
    expect(Buffer.compare(letter!.body, delivery.body)).toBe(0);
    expect(await setting.effects('MUG')).toEqual([1]);
  });

  it('is recorded once, however often it is delivered, and twice when there are two of the same bytes', async () => {
    const [one, another] = [await start(), await start()];
    for (const replica of [one, another, one]) await replica.deliver(garbage('0:1'));
    await another.deliver(garbage('0:2'));
    expect((await setting.letters.whole()).map(({ position }) => position)).toEqual(['0:1', '0:2']);
    const [first, second] = await ids();
    expect(await one.operations.discard([first!, '999', second!], 'ann')).toEqual([
      { id: first, result: 'done' },
      { id: '999', result: 'gone' },
      { id: second, result: 'done' },
    ]);
    expect(await setting.letters.audit()).toMatchObject(
      [second, first].map((deadLetter) => ({ deadLetter, action: 'discard', actor: 'ann' })),
    );
    await one.deliver(garbage('0:1'));
    expect(await ids()).toEqual([]);
  });

  it('given a broker that has no places, then a repeated delivery is recorded once all the same', async () => {
    const replica = await start();
    const message = () => withoutIdentity(garbage('delivery tag 1'));
    await replica.deliver(message());
    await replica.deliver({
      ...message(),
      attempt: 2,
      headers: { ...message().headers, 'x-delivery-count': 4 },
    });
    expect(await ids()).toHaveLength(1);
    await replica.deliver(message());
    expect(await ids()).toHaveLength(2);
  });

  it('given a topic that was made again, then other bytes at the same place are recorded', async () => {
    const replica = await start();
    await replica.deliver(garbage('0:1'));
    await replica.deliver(garbage('0:1', { body: Buffer.from('other') }));
    expect(await ids()).toHaveLength(2);
  });
});

describe('redrive of a message that could not be read', () => {
  const readAs = (event: CloudEvent): ReplicaOptions => ({
    repaired: (delivery) => ({ ...delivery, event: () => event }),
  });
  const fixed = readAs(gaugeChanged('MUG', 7).event());

  it('given no fix, then it stays, with an attempt more', async () => {
    const replica = await start();
    await replica.deliver(garbage('0:1'));
    const [id] = await ids();
    expect(await replica.operations.redrive([id!], 'ann', signal)).toEqual([
      {
        ...{ id, result: 'failed' },
        detail: 'CloudEvents attribute "ce_type" must be UTF-8, not a value of type object',
      },
    ]);
    expect(await setting.letters.list()).toMatchObject([
      { reason: 'undecodable', attempts: 2, unread: true },
    ]);
  });

  it('given some that still can not be read, then each is told as failed, and what is behind them is redriven', async () => {
    const replica = await start();
    await replica.deliver(garbage('0:1'));
    setting.failing.set('CUP/1', rejection);
    await replica.deliver(gaugeChanged('CUP', 1));
    await replica.deliver(garbage('0:3'));
    setting.failing.set('TEA/1', rejection);
    await replica.deliver(gaugeChanged('TEA', 1));
    setting.failing.clear();
    const results = await replica.operations.redrive(await ids(), 'ann', signal);
    expect(results.map(({ result }) => result)).toEqual(['failed', 'done', 'failed', 'done']);
    expect([await setting.effects('CUP'), await setting.effects('TEA')]).toEqual([[1], [1]]);
  });

  it('given a version that reads it, when its handler fails, then the redrive stops there', async () => {
    const [old, repaired] = [await start(), await start(fixed)];
    await old.deliver(garbage('0:1'));
    await old.deliver(garbage('0:2'));
    setting.failing.set('MUG/7', rejection);
    const [id] = await ids();
    expect(await repaired.operations.redrive(await ids(), 'ann', signal)).toMatchObject([
      { id, result: 'failed' },
    ]);
  });

  it('given a version that reads it, then it has its effect, once', async () => {
    const [old, repaired] = [await start(), await start(fixed)];
    await old.deliver(garbage('0:1'));
    await old.deliver(garbage('0:2'));
    await repaired.operations.redrive(await ids(), 'ann', signal);
    await old.deliver(gaugeChanged('MUG', 7));
    expect(await setting.effects('MUG')).toEqual([7]);
    expect(await ids()).toEqual([]);
  });

  it('given that its key is parked meanwhile, then it is parked behind, whole', async () => {
    const [old, repaired] = [await start(), await start(fixed)];
    await old.deliver(garbage('0:1'));
    const [id] = await ids();
    setting.failing.set('MUG/1', rejection);
    await old.deliver(gaugeChanged('MUG', 1));
    await repaired.operations.redrive([id!], 'ann', signal);
    const letters = await setting.letters.whole();
    expect(letters).toMatchObject([
      { eventId: 'MUG-1' },
      { eventId: 'MUG-7', position: '0:1', unread: false, behind: letters[0]!.id },
    ]);
    setting.failing.clear();
    await old.operations.redrive(await ids(), 'ann', signal);
    expect(await setting.effects('MUG')).toEqual([1, 7]);
  });

  it('given that its handler fails then, it stays as it came', async () => {
    const [old, repaired] = [await start(), await start(fixed)];
    await old.deliver(garbage('0:1'));
    setting.failing.set('MUG/7', rejection);
    await repaired.operations.redrive(await ids(), 'ann', signal);
    expect(await setting.letters.list()).toMatchObject([
      { reason: 'rejected', attempts: 2, unread: true },
    ]);
    await old.deliver(gaugeChanged('MUG', 8));
    expect(await setting.effects('MUG')).toEqual([8]);
  });
});

it('given two thousand in a row, then they share statements, and each is recorded', async () => {
  const replica = await start();
  const { rows: before } = await setting.pool.query(
    'select pg_current_xact_id()::text::bigint as n',
  );
  const numbers = Array.from({ length: 2000 }, (_, n) => n);
  const one = gaugeChanged('CUP', 1);
  const ofOne = (n: number) =>
    n === 1000 ? replica.deliver(one) : replica.deliver(garbage(`0:${n}`));
  await Promise.all(numbers.map(ofOne));
  const { rows: after } = await setting.pool.query(
    'select pg_current_xact_id()::text::bigint as n',
  );
  expect(Number(after[0].n) - Number(before[0].n)).toBeLessThan(60);
  expect(await setting.letters.list({}, { limit: 5000 })).toHaveLength(1999);
  expect(await setting.effects('CUP')).toEqual([1]);
});
