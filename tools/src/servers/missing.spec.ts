import { afterEach, expect, it, vi } from 'vitest';
import { missingForKafka, startKafka } from './kafka.js';
import { missingForRabbitMq, startRabbitMq } from './rabbitmq.js';

vi.mock('./find-command.js', () => ({ findCommand: () => null }));
afterEach(() => vi.unstubAllEnvs());

it('given a machine without Java and Maven, then starting Kafka says what to install', async () => {
  vi.stubEnv('XDG_CACHE_HOME', '/nonexistent');
  const message =
    'Kafka needs Java 17 or newer (Debian: default-jre-headless) and Maven (Debian: maven)';
  expect(missingForKafka()).toBe(message);
  await expect(startKafka({ dataDir: '/nonexistent' })).rejects.toMatchObject({
    code: 'SERVER_MISSING',
    message,
  });
});

it('given a machine without RabbitMQ, then starting it says what to install', async () => {
  const message = 'RabbitMQ needs rabbitmq-server (Debian: rabbitmq-server)';
  expect(missingForRabbitMq()).toBe(message);
  await expect(startRabbitMq({ dataDir: '/nonexistent' })).rejects.toMatchObject({
    code: 'SERVER_MISSING',
    message,
  });
});
