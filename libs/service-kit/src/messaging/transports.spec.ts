import { kafkaTransport } from '@mesh/messaging/kafka';
import { expect, test, vi } from 'vitest';
import { Transports } from './transports.js';

vi.mock('@mesh/messaging/kafka');

test.each([['job-0'], [undefined]])(
  'given KAFKA_GROUP_INSTANCE_ID is %j, then Kafka is joined by that',
  async (id) => {
    const config = {
      MESH_PROFILE: 'brokers' as const,
      KAFKA_BROKERS: ['kafka:9092'],
      KAFKA_GROUP_INSTANCE_ID: id,
    };
    await new Transports(config, 'job', () => {}).forKind('log');
    expect(kafkaTransport).toHaveBeenLastCalledWith(
      expect.objectContaining({ clientId: 'job', groupInstanceId: id }),
    );
  },
);

test('given KAFKA_SESSION_TIMEOUT_MS, then a dead process is given up after that', async () => {
  const config = {
    MESH_PROFILE: 'brokers' as const,
    KAFKA_BROKERS: ['kafka:9092'],
    KAFKA_SESSION_TIMEOUT_MS: 6_000,
  };
  await new Transports(config, 'job', () => {}).forKind('log');
  expect(kafkaTransport).toHaveBeenLastCalledWith(
    expect.objectContaining({ sessionTimeoutMs: 6_000 }),
  );
});
