import { randomUUID } from 'node:crypto';
import type { KafkaTopic } from '@mesh/contracts/topology';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyTopology, diffTopology, kafkaTransport } from './index.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];
const client = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
const admin = client.admin();
const { TOPIC } = kafkajs.ConfigResourceTypes;

async function settingsAt(name: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: TOPIC, name }],
  });
  return Object.fromEntries(
    resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
}

async function partitionsOf(name: string): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  return topics[0]!.partitions.length;
}

describe.skipIf(brokers.length === 0)('Kafka topology', () => {
  let topic: KafkaTopic;
  const options = (...topics: KafkaTopic[]) => ({ brokers, clientId: 'topology-spec', topics });

  beforeAll(() => admin.connect());
  afterAll(() => admin.disconnect());
  beforeEach(() => {
    const name = `mesh.test.${randomUUID()}`;
    topic = { name, partitions: 3, retentionMs: 3_600_000, cleanupPolicy: 'compact,delete' };
  });

  it('given a described topic, when it is first published to, then it is made as described', async () => {
    const transport = kafkaTransport(options({ ...topic, minInsyncReplicas: 1 }));
    await transport.declare([topic.name]);
    expect(await partitionsOf(topic.name)).toBe(3);
    expect(await settingsAt(topic.name)).toMatchObject({
      'retention.ms': '3600000',
      'cleanup.policy': 'compact,delete',
      'min.insync.replicas': '1',
      'max.message.bytes': '2097152',
    });
    await transport.close();
    expect(await diffTopology(options({ ...topic, minInsyncReplicas: 1 }))).toEqual([]);
  });

  it('given a topic that exists otherwise, when it is declared, then it stays and one warning names the command', async () => {
    await admin.createTopics({ topics: [{ topic: topic.name, numPartitions: 2 }] });
    const log = vi.fn();
    const transport = kafkaTransport({ ...options(topic), log });
    await transport.declare([topic.name]);
    const warnings = () => log.mock.calls.filter(([level]) => level === 'warn');
    await expect.poll(() => warnings().length, { timeout: 10_000 }).toBe(1);
    await transport.declare([topic.name]);
    await transport.close();
    expect(warnings()).toMatchObject([
      [
        'warn',
        expect.stringContaining('npm run mesh -- topology diff'),
        {
          differences: expect.arrayContaining([{ setting: 'partitions', wanted: '3', found: '2' }]),
        },
      ],
    ]);
    expect(await partitionsOf(topic.name)).toBe(2);
  });

  it('given a topic is missing, when the topology is applied, then it is made, and nothing is left to do', async () => {
    expect(await diffTopology(options(topic))).toMatchObject([{ setting: null, change: 'safe' }]);
    const { applied, left } = await applyTopology(options(topic));
    expect([applied.length, left]).toEqual([1, []]);
    expect(await partitionsOf(topic.name)).toBe(3);
    expect(await diffTopology(options(topic))).toEqual([]);
    expect(await applyTopology(options(topic))).toEqual({ applied: [], left: [] });
  });

  it('given safe and unsafe differences, when applied, then the safe ones are gone, the others are left, and what an operator set stays', async () => {
    await admin.createTopics({
      topics: [
        {
          ...{ topic: topic.name, numPartitions: 2 },
          configEntries: [
            { name: 'retention.ms', value: '60000' },
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'segment.ms', value: '1234567' },
          ],
        },
      ],
    });
    const { applied, left } = await applyTopology(options(topic));
    const names = (differences: typeof left) => differences.map(({ setting }) => setting).sort();
    expect(names(applied)).toEqual(['max.message.bytes', 'retention.ms']);
    expect(names(left)).toEqual(['cleanup.policy', 'partitions']);
    // A broker learns of a change a moment after its controller.
    await expect
      .poll(() => settingsAt(topic.name))
      .toMatchObject({
        'retention.ms': '3600000',
        'max.message.bytes': '2097152',
        'cleanup.policy': 'delete',
        'segment.ms': '1234567',
      });
    expect(await partitionsOf(topic.name)).toBe(2);
    expect(names(await diffTopology(options(topic)))).toEqual(['cleanup.policy', 'partitions']);
  });

  it('given no broker, then it says so', async () => {
    await expect(
      diffTopology({ brokers: ['127.0.0.1:1'], clientId: 'x', topics: [topic] }),
    ).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      message: expect.stringContaining('Kafka could not compare topics'),
    });
  });
});
