import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import { kafkaTransport } from './index.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];
const client = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
const admin = client.admin();

describe.skipIf(brokers.length === 0)('a static member of a group', () => {
  beforeAll(() => admin.connect());
  afterAll(() => admin.disconnect());

  const partitionOf = (position: string) => Number(position.split(':', 1)[0]);

  it('given it goes and comes back within a session, then nobody takes its partitions over', async () => {
    const [source, group] = [`mesh.test.${randomUUID()}`, `test.${randomUUID()}`];
    const handled: { by: string; partition: number }[] = [];
    const open = async (groupInstanceId: string) => {
      const clientId = `static-${groupInstanceId}`;
      const transport = kafkaTransport({ brokers, clientId, groupInstanceId });
      const subscription = await transport.subscribe({ source, group }, async ({ position }) => {
        handled.push({ by: groupInstanceId, partition: partitionOf(position) });
      });
      await subscription.ready;
      return transport;
    };
    const shares = () => {
      const by = (name: string) =>
        [...new Set(handled.filter((one) => one.by === name).map((one) => one.partition))].sort();
      return { a: by('a'), b: by('b') };
    };
    const members = async () => {
      const { groups } = await admin.describeGroups([`${group}.${source}`]);
      return groups[0]!.members.map(({ clientId }) => clientId).sort();
    };
    const a = await open('a');
    const b = await open('b');
    const publish = async () => {
      const messages = Array.from({ length: 60 }, (_, n) => messageOf(source, `key-${n}`));
      await (await b.publisher()).publish(messages);
    };
    await expect.poll(members, { timeout: 20_000 }).toEqual(['static-a', 'static-b']);
    await publish();
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(60);
    const before = shares();
    expect([...before.a, ...before.b].sort()).toEqual([0, 1, 2, 3, 4, 5]);

    await a.close();
    expect(await members()).toEqual(['static-a', 'static-b']);
    handled.length = 0;
    await publish();
    const again = await open('a');
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(60);
    expect(shares()).toEqual(before);
    await Promise.all([again.close(), b.close()]);
  }, 60_000);
});
