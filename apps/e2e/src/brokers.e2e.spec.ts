import { afterAll, beforeAll, describe } from 'vitest';
import { deadLetterCases } from './dead-letters.js';
import { intoTheBrokers } from './injecting.js';
import { killCases } from './kills.js';
import { Mesh } from '@mesh/tools/testing/mesh';
import { pageCases } from './page.js';
import { storyCases } from './story.js';
import { strangerCases } from './strangers.js';
import { traceCases } from './traces.js';

const { TEST_KAFKA_BROKERS: kafka, TEST_AMQP_URL: amqp } = process.env;

describe.skipIf(!kafka || !amqp)('brokers profile (needs Kafka and RabbitMQ)', () => {
  let mesh: Mesh;
  const brokers = { kafka: kafka ?? '', amqp: amqp ?? '' };
  beforeAll(async () => {
    mesh = await Mesh.start({
      env: { MESH_PROFILE: 'brokers', KAFKA_BROKERS: brokers.kafka, AMQP_URL: brokers.amqp },
    });
  }, 180_000);
  afterAll(() => mesh?.stop());

  describe('the story', () => storyCases(() => mesh));
  describe('traces', () => traceCases(() => mesh, { log: 'kafka', queue: 'rabbitmq' }));
  describe('the page', () =>
    pageCases(() => mesh, { inject: intoTheBrokers(brokers), brokers: ['Kafka', 'AMQP'] }));
  describe('strangers', () => strangerCases(() => mesh, brokers));
  describe('dead letters', () => deadLetterCases(() => mesh, intoTheBrokers(brokers)));
  describe('kill -9', () => killCases(() => mesh));
});
