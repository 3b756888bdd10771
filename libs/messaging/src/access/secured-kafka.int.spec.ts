// Begins early: takes 25 s.
import { randomUUID } from 'node:crypto';
import { missingForKafka } from '@mesh/tools/servers/kafka';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RuleRun } from '../testing/rule-run.js';
import { eventsArriveWhole } from '../testing/rules/whole.js';
import { messagesOf } from '../testing/samples.js';
import { PASSWORD, startSecuredKafka, USER, type SecuredKafka } from '../testing/secured-kafka.js';
import type { Transport } from '../transport.js';
import {
  kafkaTransport,
  type KafkaAccessOptions,
  type KafkaSasl,
} from '../transports/kafka/index.js';

const folder = temporaryFolder();
const features = {
  ordering: true,
  consumerGroups: true,
  persistent: true,
  replay: true,
  delay: false,
  priority: false,
  expiry: false,
};
const passwordSasl = { username: USER, password: PASSWORD } as const;

describe.skipIf(missingForKafka() !== null && process.env.CI !== 'true')('secured Kafka', () => {
  let kafka: SecuredKafka;
  let said: string[];
  const opened: Transport[] = [];

  beforeAll(async () => {
    kafka = await startSecuredKafka(folder.path);
  }, 120_000);
  afterAll(async () => {
    await kafka?.stop();
    folder.remove();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((transport) => transport.close()));
  });

  function open(listener: string, access: KafkaAccessOptions, host = 'localhost'): Transport {
    said = [];
    const broker = (kafka.server.listeners[listener] ?? '').replace('localhost', host);
    const transport = kafkaTransport({
      brokers: [broker],
      clientId: 'secured-spec',
      ...access,
      log: (level, message) => {
        if (level !== 'debug') said.push(`${level}: ${message}`);
      },
    });
    opened.push(transport);
    return transport;
  }

  /** Writes through the plain listener. */
  async function inject(
    topic: string,
    message: { key: string | null; headers: object; body: Uint8Array | null },
  ) {
    const brokers = [kafka.server.brokers];
    const stranger = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
    const producer = stranger.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const { key, headers, body } = message;
    await producer.send({
      topic,
      messages: [{ key, headers: { ...headers }, value: Buffer.from(body ?? []) }],
    });
    await producer.disconnect();
  }

  const ruleOne = (listener: string, access: KafkaAccessOptions) =>
    RuleRun.of(eventsArriveWhole, {
      name: 'kafka',
      features,
      open: async () => open(listener, access),
      inject,
      readDeadLetters: async () => [],
    });
  const tls = () => ({ caFile: kafka.ca.caFile });
  const tokenFrom = (server: 'tokens' | 'otherTokens', clientSecret = 'hush') => ({
    tokenUrl: kafka[server].tokenUrl,
    clientId: 'mesh',
    clientSecret,
  });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'rule 1 holds over TLS with %s',
    (mechanism) => ruleOne('SASL', { tls: tls(), sasl: { mechanism, ...passwordSasl } }),
  );

  test('rule 1 holds over TLS with tokens of an authorization server, asked for once', async () => {
    const sasl: KafkaSasl = { mechanism: 'oauthbearer', token: tokenFrom('tokens') };
    await ruleOne('SASL', { tls: tls(), sasl });
    expect(kafka.tokens.asked).toBe(1);
  });

  test('rule 1 holds with a client certificate', () =>
    ruleOne('MUTUAL', { tls: { ...tls(), ...kafka.client } }));

  test('given a server name, then the certificate is checked against that', async () => {
    const access = { tls: { ...tls(), ...kafka.client, serverName: 'localhost' } };
    await expect(open('MUTUAL', access, '127.0.0.1').check()).resolves.toBeUndefined();
  });

  const untrusted =
    'No TLS with Kafka: the certificate of the server is not signed by a trusted authority: give the file of the one that signed it as the CA file';
  const refusedCertificate =
    'No TLS with Kafka: the server refuses the client certificate: give one, with its key, that is valid now and signed by an authority the server trusts';
  const scram = { mechanism: 'scram-sha-512', ...passwordSasl } as const;
  const refusals: readonly {
    readonly given: string;
    readonly open: () => Transport | Promise<Transport>;
    readonly message: string;
  }[] = [
    {
      given: 'a wrong password',
      open: () => open('SASL', { tls: tls(), sasl: { ...scram, password: 'wrong' } }),
      message:
        'Kafka refuses the credentials (SASL SCRAM SHA512 authentication failed: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512): check mechanism, user and password',
    },
    {
      given: 'a wrong password in PLAIN',
      open: () =>
        open('SASL', { tls: tls(), sasl: { ...scram, mechanism: 'plain', password: 'wrong' } }),
      message:
        'Kafka refuses the credentials (SASL PLAIN authentication failed: Authentication failed: Invalid username or password): check mechanism, user and password',
    },
    {
      given: 'a token signed by another key',
      open: () =>
        open('SASL', {
          tls: tls(),
          sasl: { mechanism: 'oauthbearer', token: tokenFrom('otherTokens') },
        }),
      message:
        'Kafka refuses the token ({"status":"invalid_token"}): check its issuer, audience and scope',
    },
    {
      given: 'a wrong client secret',
      open: () =>
        open('SASL', {
          tls: tls(),
          sasl: { mechanism: 'oauthbearer', token: tokenFrom('tokens', 'wrong') },
        }),
      message: expect.stringMatching(
        /^The token endpoint \S+ refuses the client \(401 invalid_client\): check its id, secret and scope$/,
      ),
    },
    {
      given: 'an authority that did not sign the certificate',
      open: () => open('SASL', { tls: { caFile: kafka.otherCa.caFile }, sasl: scram }),
      message: untrusted,
    },
    {
      given: 'no authority but those that Node trusts',
      open: () => open('SASL', { tls: {}, sasl: scram }),
      message: untrusted,
    },
    {
      given: 'another host name than the certificate has',
      open: () => open('SASL', { tls: tls(), sasl: scram }, '127.0.0.1'),
      message:
        'No TLS with Kafka: the certificate of the server is made out for another host: connect to a name that is in it, or give that as the server name',
    },
    {
      given: 'an expired certificate',
      open: () => open('EXPIRED', { tls: tls() }),
      message:
        'No TLS with Kafka: the certificate of the server has expired: it has to be renewed there',
    },
    {
      given: 'no client certificate',
      open: () => open('MUTUAL', { tls: tls() }),
      message: refusedCertificate,
    },
    {
      given: "a client certificate of an authority that isn't trusted",
      open: async () => {
        const { certFile, keyFile } = await kafka.otherCa.issue({ name: 'stranger' });
        return open('MUTUAL', { tls: { ...tls(), certFile, keyFile } });
      },
      message: refusedCertificate,
    },
    {
      given: 'a key of another certificate',
      open: () => open('MUTUAL', { tls: { ...tls(), ...kafka.client, keyFile: kafka.ca.caFile } }),
      message:
        'No TLS with Kafka: a certificate or key file is not usable: give PEM files of a certificate and its own key, not encrypted',
    },
  ];

  test.each(refusals)('given $given, when checked, then says what to do', async (refusal) => {
    const transport = await refusal.open();
    await expect(transport.check()).rejects.toMatchObject({
      name: 'AuthenticationError',
      code: 'AUTHENTICATION_FAILED',
      retryable: false,
      message: refusal.message,
    });
    await expect(transport.check()).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(said).toEqual(['error: The broker does not let us in']);
  });

  test('given a wrong password, when publishing, then is refused at once and may be tried again', async () => {
    const transport = open('SASL', { tls: tls(), sasl: { ...scram, password: 'wrong' } });
    const publisher = await transport.publisher();
    await expect(publisher.publish(messagesOf('mesh.test', 2))).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retryable: true,
      unconfirmed: [0, 1],
      message: expect.stringMatching(/^Kafka refuses the credentials/),
    });
  });

  test('given a password that becomes right, when subscribed before, then events come, and one line told why not', async () => {
    let password = 'wrong';
    const sasl = { ...scram, password: () => password };
    const transport = open('SASL', { tls: tls(), sasl });
    const source = `mesh.test.${randomUUID()}`;
    let arrived = 0;
    const subscription = await transport.subscribe({ source, group: source }, async () => {
      arrived += 1;
    });
    await expect.poll(() => said).toHaveLength(1);
    password = PASSWORD;
    await subscription.ready;
    await (await transport.publisher()).publish(messagesOf(source, 3));
    await expect.poll(() => arrived, { timeout: 20_000 }).toBe(3);
    expect(said).toEqual([
      'error: The broker does not let us in',
      'info: The broker lets us in again',
    ]);
  });
});
