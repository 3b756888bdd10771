// Begins early: takes 90 s.
import { missingForRabbitMq } from '@mesh/tools/servers/rabbitmq';
import { afterAll, beforeAll, describe } from 'vitest';
import { amqpTransport } from '../../transports/amqp/index.js';
import { startAmqpServer } from '../servers/amqp-server.js';
import type { FaultServer } from '../servers/fault-server.js';
import { transportFaultSuite } from '../transport-suite.js';

describe.skipIf(missingForRabbitMq() !== null)('on a server of its own', () => {
  let server: FaultServer;
  beforeAll(async () => void (server = await startAmqpServer()), 120_000);
  afterAll(() => server.end());

  transportFaultSuite({
    name: 'amqp',
    features: amqpTransport({ url: 'amqp://', clientName: '' }).features,
    ownServer: async () => server,
  });
});
