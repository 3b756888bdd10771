import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  type CertificateAuthority,
  type CertificateFiles,
} from '@mesh/tools/testing/certificates';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { grpcTlsConfig, serviceConfig, transportConfig } from './fragments.js';
import { ConfigError, loadConfig, maskConfig } from './load-config.js';

const schema = z.object({ ...serviceConfig, ...transportConfig, ...grpcTlsConfig });
const folder = temporaryFolder();
const notPem = join(folder.path, 'not.pem');
let ca: CertificateAuthority;
let files: CertificateFiles;
let other: CertificateFiles;

beforeAll(async () => {
  writeFileSync(notPem, 'no certificate');
  ca = await createAuthority(folder.path, 'ca');
  files = await ca.issue({ name: 'mesh' });
  other = await ca.issue({ name: 'other' });
});
afterAll(() => folder.remove());

const brokers = () => ({
  MESH_PROFILE: 'brokers',
  KAFKA_BROKERS: 'kafka:9093',
  KAFKA_TLS: 'on',
  KAFKA_TLS_CA_FILE: ca.caFile,
  AMQP_URL: 'amqps://rabbit',
});

function faults(change: Record<string, string | undefined>): string[] {
  try {
    loadConfig(schema, { ...brokers(), ...change });
    return [];
  } catch (error) {
    return (error as ConfigError).message.split('\n').slice(1);
  }
}

describe('access to brokers', () => {
  test.each([
    ['SCRAM', () => scram],
    ['a password in a file', () => ({ ...scram, KAFKA_SASL_PASSWORD: '', ...passwordFile })],
    ['OAuth', () => oauth],
    ['client certificates', () => certificates('KAFKA_TLS')],
    ['EXTERNAL', () => ({ ...certificates('AMQP_TLS'), AMQP_SASL_MECHANISM: 'external' })],
  ])('given %s, when loading, then is accepted', (_, change) => {
    expect(faults(change())).toEqual([]);
  });

  test('given what has no use, when loading, then all is told at once', () => {
    const change = {
      KAFKA_TLS: 'off',
      ...certificates('KAFKA_TLS'),
      KAFKA_TLS_SERVER_NAME: 'kafka',
      KAFKA_SASL_USERNAME: 'mesh',
      KAFKA_SASL_PASSWORD: 'swordfish',
      KAFKA_OAUTH_TOKEN_URL: 'https://user:swordfish@issuer.example/token',
      KAFKA_OAUTH_CLIENT_SECRET: 'swordfish',
      AMQP_URL: 'amqp://rabbit',
      AMQP_TLS_CA_FILE: ca.caFile,
      AMQP_SASL_MECHANISM: 'external',
    };
    const password = 'KAFKA_SASL_MECHANISM is plain or scram-sha-256 or scram-sha-512';
    const token = 'KAFKA_SASL_MECHANISM is oauthbearer';
    const tls = 'nothing, unless KAFKA_TLS is on';
    expect(faults(change)).toEqual([
      `  KAFKA_TLS_CA_FILE: expected ${tls}; received "${ca.caFile}"`,
      `  KAFKA_TLS_CERT_FILE: expected ${tls}; received "${files.certFile}"`,
      `  KAFKA_TLS_KEY_FILE: expected ${tls}; received "${files.keyFile}"`,
      `  KAFKA_TLS_SERVER_NAME: expected ${tls}; received "kafka"`,
      `  KAFKA_SASL_USERNAME: expected nothing, unless ${password}; received "mesh"`,
      `  KAFKA_SASL_PASSWORD: expected nothing, unless ${password}; received ***`,
      `  KAFKA_OAUTH_TOKEN_URL: expected nothing, unless ${token}; received "https://user:***@issuer.example/token"`,
      `  KAFKA_OAUTH_CLIENT_SECRET: expected nothing, unless ${token}; received ***`,
      `  AMQP_TLS_CA_FILE: expected nothing, unless AMQP_URL starts with amqps://; received "${ca.caFile}"`,
      '  AMQP_SASL_MECHANISM: expected "plain", unless AMQP_URL starts with amqps://; received "external"',
    ]);
  });

  test.each([
    [
      { KAFKA_SASL_MECHANISM: 'scram-sha-256' },
      'KAFKA_SASL_USERNAME: expected the name of the user',
    ],
    [
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'mesh' },
      'KAFKA_SASL_PASSWORD: expected the password of the user, or KAFKA_SASL_PASSWORD_FILE',
    ],
    [
      { KAFKA_SASL_MECHANISM: 'oauthbearer' },
      'KAFKA_OAUTH_TOKEN_URL: expected the URL of the token endpoint',
    ],
    [
      { KAFKA_SASL_MECHANISM: 'oauthbearer' },
      'KAFKA_OAUTH_CLIENT_SECRET: expected the secret of the client, or KAFKA_OAUTH_CLIENT_SECRET_FILE',
    ],
    [
      { KAFKA_TLS_CA_FILE: '/nope' },
      'KAFKA_TLS_CA_FILE: expected a file that can be read and is not empty',
    ],
    [{ KAFKA_TLS_CA_FILE: notPem }, 'KAFKA_TLS_CA_FILE: expected a file of certificates in PEM'],
    [
      { AMQP_SASL_MECHANISM: 'external' },
      'AMQP_SASL_MECHANISM: expected "plain", unless AMQP_TLS_CERT_FILE is set',
    ],
    [
      { NODE_ENV: 'production', KAFKA_TLS: '', ...plain() },
      'KAFKA_TLS: expected "on", because plain sends the secret itself and NODE_ENV is production',
    ],
  ])('given %j, when loading, then is refused', (change, fault) => {
    expect(faults(change)).toContainEqual(expect.stringContaining(`  ${fault}; received `));
  });

  test('given both a password and its file, when loading, then is refused', () => {
    expect(faults({ ...scram, ...passwordFile })).toEqual([
      '  KAFKA_SASL_PASSWORD: expected nothing beside KAFKA_SASL_PASSWORD_FILE; received ***',
    ]);
  });

  test('given the key of another certificate, when loading, then is refused', () => {
    const change = { ...certificates('AMQP_TLS'), AMQP_TLS_KEY_FILE: other.keyFile };
    expect(faults(change)).toEqual([
      `  AMQP_TLS_CERT_FILE: expected a certificate in PEM whose key, not encrypted, is in AMQP_TLS_KEY_FILE; received "${files.certFile}"`,
    ]);
  });

  test('given a certificate without its key, when loading, then is refused', () => {
    expect(faults({ KAFKA_TLS_CERT_FILE: files.certFile })).toEqual([
      '  KAFKA_TLS_KEY_FILE: expected a file, beside KAFKA_TLS_CERT_FILE; received nothing',
    ]);
  });

  test('given EXTERNAL and a user in the URL, when loading, then is refused without the password', () => {
    const change = {
      ...certificates('AMQP_TLS'),
      AMQP_URL: 'amqps://mesh:swordfish@rabbit',
      AMQP_SASL_MECHANISM: 'external',
    };
    expect(faults(change)).toEqual([
      '  AMQP_SASL_MECHANISM: expected "plain", because AMQP_URL has a user; received "external"',
    ]);
  });

  test('given a resolved config, when masked, then no secret is in it', () => {
    const masked = maskConfig(loadConfig(schema, { ...brokers(), ...scram }));
    expect(masked).toMatchObject({ KAFKA_SASL_USERNAME: 'mesh', KAFKA_SASL_PASSWORD: '***' });
    const token = maskConfig(loadConfig(schema, { ...brokers(), ...oauth }));
    expect(token).toMatchObject({
      KAFKA_OAUTH_TOKEN_URL: 'https://issuer.example/token',
      KAFKA_OAUTH_CLIENT_SECRET: '***',
    });
  });
});

describe('TLS between services', () => {
  test('given it is off or has all its files, when loading, then is accepted', () => {
    expect(faults({ GRPC_TLS: 'off' })).toEqual([]);
    expect(faults({ GRPC_TLS: 'on', ...certificates('GRPC_TLS') })).toEqual([]);
  });

  test('given it is on without files, when loading, then each is asked for', () => {
    expect(faults({ GRPC_TLS: 'on' })).toEqual([
      '  GRPC_TLS_CA_FILE: expected a file with the authorities; received nothing',
      '  GRPC_TLS_CERT_FILE: expected a file with the certificate; received nothing',
      '  GRPC_TLS_KEY_FILE: expected a file with its key; received nothing',
    ]);
  });

  test('given files and it is not on, when loading, then they are refused: who gives them wants TLS', () => {
    expect(faults(certificates('GRPC_TLS'))).toEqual([
      `  GRPC_TLS_CA_FILE: expected nothing, unless GRPC_TLS is on; received "${ca.caFile}"`,
      `  GRPC_TLS_CERT_FILE: expected nothing, unless GRPC_TLS is on; received "${files.certFile}"`,
      `  GRPC_TLS_KEY_FILE: expected nothing, unless GRPC_TLS is on; received "${files.keyFile}"`,
    ]);
  });

  test('given what is no certificate, or the key of another, when loading, then is refused', () => {
    const on = { GRPC_TLS: 'on', ...certificates('GRPC_TLS') };
    expect(faults({ ...on, GRPC_TLS_CA_FILE: notPem })).toEqual([
      `  GRPC_TLS_CA_FILE: expected a file of certificates in PEM; received "${notPem}"`,
    ]);
    expect(faults({ ...on, GRPC_TLS_KEY_FILE: other.keyFile })).toEqual([
      `  GRPC_TLS_CERT_FILE: expected a certificate in PEM whose key, not encrypted, is in GRPC_TLS_KEY_FILE; received "${files.certFile}"`,
    ]);
  });
});

const scram = {
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_SASL_USERNAME: 'mesh',
  KAFKA_SASL_PASSWORD: 'swordfish',
};
const passwordFile = { KAFKA_SASL_PASSWORD_FILE: import.meta.filename };
const oauth = {
  KAFKA_SASL_MECHANISM: 'oauthbearer',
  KAFKA_OAUTH_TOKEN_URL: 'https://issuer.example/token',
  KAFKA_OAUTH_CLIENT_ID: 'mesh',
  KAFKA_OAUTH_CLIENT_SECRET: 'hush',
  KAFKA_OAUTH_SCOPE: 'kafka',
};

function plain() {
  return {
    ...{ KAFKA_SASL_USERNAME: 'm', KAFKA_SASL_PASSWORD: 's' },
    KAFKA_SASL_MECHANISM: 'plain',
  };
}

function certificates(prefix: string) {
  return {
    [`${prefix}_CA_FILE`]: ca.caFile,
    [`${prefix}_CERT_FILE`]: files.certFile,
    [`${prefix}_KEY_FILE`]: files.keyFile,
  };
}
