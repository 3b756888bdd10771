import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, expect, test } from 'vitest';
import { amqpAccess, brokerAccess, kafkaAccess } from './broker-access.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('given nothing of TLS and SASL, then connections are plain', () => {
  expect(kafkaAccess({ KAFKA_TLS: 'off' })).toEqual({});
  expect(amqpAccess({ AMQP_SASL_MECHANISM: 'plain' })).toEqual({});
});

test('given certificates, then they are given to the transport', () => {
  const files = { caFile: '/ca', certFile: '/cert', keyFile: '/key', serverName: 'kafka' };
  const access = kafkaAccess({
    KAFKA_TLS: 'on',
    KAFKA_TLS_CA_FILE: '/ca',
    KAFKA_TLS_CERT_FILE: '/cert',
    KAFKA_TLS_KEY_FILE: '/key',
    KAFKA_TLS_SERVER_NAME: 'kafka',
  });
  expect(access).toEqual({ tls: files });
  const external = amqpAccess({
    AMQP_TLS_CA_FILE: '/ca',
    AMQP_TLS_CERT_FILE: '/cert',
    AMQP_TLS_KEY_FILE: '/key',
    AMQP_TLS_SERVER_NAME: 'kafka',
    AMQP_SASL_MECHANISM: 'external',
  });
  expect(external).toEqual({ tls: files, external: true });
});

test('given the password in a file, when it changes, then the next connection has the new one', () => {
  const file = join(folder.path, 'password');
  writeFileSync(file, 'first\n');
  const { sasl } = kafkaAccess({
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_USERNAME: 'mesh',
    KAFKA_SASL_PASSWORD_FILE: file,
  });
  const password = () =>
    sasl?.mechanism !== 'oauthbearer' && typeof sasl?.password === 'function' && sasl.password();
  expect(password()).toBe('first');
  writeFileSync(file, 'second');
  expect(password()).toBe('second');
  rmSync(file);
  expect(password).toThrow(/ENOENT/);
});

test('given oauthbearer, then the client credentials are given', () => {
  expect(
    kafkaAccess({
      KAFKA_SASL_MECHANISM: 'oauthbearer',
      KAFKA_OAUTH_TOKEN_URL: 'https://issuer.example/token',
      KAFKA_OAUTH_CLIENT_ID: 'mesh',
      KAFKA_OAUTH_CLIENT_SECRET: 'hush',
    }).sasl,
  ).toMatchObject({
    mechanism: 'oauthbearer',
    token: { tokenUrl: 'https://issuer.example/token', clientId: 'mesh' },
  });
});

test('given an environment, then tools reach brokers as services do', () => {
  expect(brokerAccess({ KAFKA_TLS: 'on', KAFKA_BROKERS: 'kafka:9093' })).toEqual({
    kafka: { tls: {} },
    amqp: {},
  });
  expect(() => brokerAccess({ KAFKA_SASL_USERNAME: 'mesh', AMQP_TLS_CA_FILE: '/nope' })).toThrow(
    /^The configuration of the access to brokers is not valid:\n.*AMQP_TLS_CA_FILE.*\n.*KAFKA_SASL_USERNAME/,
  );
});
