// Begins early: takes 90 s.
import { missingForKafka } from '@mesh/tools/servers/kafka';
import { afterAll, beforeAll, describe } from 'vitest';
import { kafkaTransport } from '../../transports/kafka/index.js';
import { startKafkaServer } from '../servers/kafka-server.js';
import type { FaultServer } from '../servers/fault-server.js';
import { transportFaultSuite } from '../transport-suite.js';

describe.skipIf(missingForKafka() !== null)('on a server of its own', () => {
  let server: FaultServer;
  beforeAll(async () => void (server = await startKafkaServer()), 120_000);
  afterAll(() => server.end());

  transportFaultSuite({
    name: 'kafka',
    features: kafkaTransport({ brokers: [], clientId: '' }).features,
    ownServer: async () => server,
  });
});
