// Begins early: takes 15 s.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayFrom } from '../../group-position.js';
import { messageOf } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { kafkaTransport } from './index.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];
const start = { kind: 'start' } as const;

describe.skipIf(brokers.length === 0)('a Kafka group', () => {
  let transport: Transport;
  let place: { source: string; group: string };
  let handled: string[];
  const open = () =>
    kafkaTransport({ brokers, clientId: 'replay-spec', partitions: 3, sessionTimeoutMs: 6000 });

  beforeEach(async () => {
    transport = open();
    place = { source: `mesh.test.${randomUUID()}`, group: `test.${randomUUID()}` };
    handled = [];
    await transport.declare([place.source]);
  });
  afterEach(() => transport.close());

  const texts = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => String(from + n));
  const publish = async (...numbers: string[]) => {
    const messages = numbers.map((n) => messageOf(place.source, `key-${Number(n) % 5}`, n));
    await (await transport.publisher()).publish(messages);
  };
  const subscribe = async (fail = false, from = transport) => {
    const subscription = await from.subscribe(place, async (delivery) => {
      if (fail) throw new Error('Not now');
      handled.push(Buffer.from(delivery.event().data ?? []).toString());
    });
    await subscription.ready;
    return subscription;
  };
  const behind = async () =>
    (await transport.lag!(place)).reduce((sum, { count }) => sum + count, 0);
  const handle = async (...numbers: string[]) => {
    const subscription = await subscribe();
    await publish(...numbers);
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(numbers.length);
    await subscription.close();
  };

  it('given nobody consumes, a stuck consumer, and one that is done, then the lag is right', async () => {
    await publish(...texts(0, 10));
    // A fresh broker has no coordinator for a moment.
    await expect.poll(behind, { timeout: 20_000 }).toBe(10);
    const stuck = await subscribe(true);
    expect(await behind()).toBe(10);
    await stuck.close();
    const subscription = await subscribe();
    await expect.poll(behind, { timeout: 20_000 }).toBe(0);
    await subscription.close();
    await publish('10', '11');
    expect(await behind()).toBe(2);
    expect(await transport.lag!({ ...place, group: 'new', from: 'end' })).toContainEqual({
      ...{ partition: 0, count: 0 },
    });
  });

  it('given it goes back to the start, then everything comes again, and what is new after it', async () => {
    await handle(...texts(0, 20));
    const ranges = await transport.replays!.plan(place, start);
    const read: string[] = [];
    const collect = async (deliveries: readonly { event(): { data?: unknown } }[]) => {
      for (const delivery of deliveries)
        read.push(Buffer.from(delivery.event().data as Uint8Array).toString());
    };
    await transport.replays!.read(place, ranges, collect, AbortSignal.timeout(20_000));
    expect(read.toSorted()).toEqual(texts(0, 20).toSorted());
    expect(await behind()).toBe(0);

    await transport.replays!.rewind(place, ranges);
    expect(await behind()).toBe(20);
    await publish('20');
    const subscription = await subscribe();
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(41);
    expect(handled.slice(20).toSorted()).toEqual(texts(0, 21).toSorted());
    await subscription.close();
  });

  it('given a time, then what was published before it does not come again', async () => {
    await handle(...texts(0, 5));
    const time = new Date();
    await expect.poll(() => Date.now()).toBeGreaterThan(time.getTime() + 5);
    await publish(...texts(5, 5));
    const subscription = await subscribe();
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(10);
    await subscription.close();
    const ranges = await transport.replays!.plan(place, { kind: 'time', time });
    await transport.replays!.rewind(place, ranges);
    const again = await subscribe();
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(15);
    expect(handled.slice(10).toSorted()).toEqual(texts(5, 5));
    await again.close();
  });

  it('given an offset, then only its partition goes back, and nothing goes forward', async () => {
    await handle(...texts(0, 10));
    const all = await transport.replays!.plan(place, start);
    const [{ partition, until }] = all as [(typeof all)[number]];
    const plan = (offset: string): ReplayFrom => ({ kind: 'offset', partition, offset });
    const last = String(Number(until) - 1);
    expect(await transport.replays!.plan(place, plan(last))).toEqual([
      { partition, from: last, until },
    ]);
    expect(await transport.replays!.plan(place, plan('999'))).toEqual([]);
    await expect(
      transport.replays!.plan(place, { kind: 'offset', partition: 7, offset: '0' }),
    ).rejects.toMatchObject({
      code: 'REPLAY_REFUSED',
      message: /has no partition 7; it has 0 to 2$/,
    });
  });

  it('given a member elsewhere, then it refuses and nothing has changed', async () => {
    await handle(...texts(0, 5));
    const ranges = await transport.replays!.plan(place, start);
    const elsewhere = open();
    await subscribe(false, elsewhere);
    await expect(transport.replays!.rewind(place, ranges)).rejects.toMatchObject({
      code: 'GROUP_ACTIVE',
      message: expect.stringContaining('replay-spec at /127.0.0.1'),
    });
    expect(await behind()).toBe(0);
    await elsewhere.close();
  }, 30_000);
});
