// Begins early: takes 20 s.
import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  missingForRabbitMq,
  startRabbitMq,
  type RabbitMqServer,
} from '@mesh/tools/servers/rabbitmq';
import {
  createAuthority,
  type CertificateAuthority,
  type CertificateFiles,
} from '@mesh/tools/testing/certificates';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RuleRun } from '../testing/rule-run.js';
import { eventsArriveWhole } from '../testing/rules/whole.js';
import { messagesOf } from '../testing/samples.js';
import type { RawMessage } from '../testing/index.js';
import type { Transport } from '../transport.js';
import { amqpTransport, type AmqpAccessOptions } from '../transports/amqp/index.js';

const folder = temporaryFolder();
const certificates = join(folder.path, 'certificates');
const features = {
  ordering: true,
  consumerGroups: true,
  persistent: true,
  replay: false,
  delay: false,
  priority: false,
  expiry: false,
};

describe.skipIf(missingForRabbitMq() !== null && process.env.CI !== 'true')(
  'secured RabbitMQ',
  () => {
    let expiredServer: RabbitMqServer;
    let strict: RabbitMqServer;
    let ca: CertificateAuthority;
    let otherCa: CertificateAuthority;
    let client: CertificateFiles;
    let said: string[];
    const opened: Transport[] = [];

    beforeAll(async () => {
      ca = await createAuthority(certificates, 'ca');
      otherCa = await createAuthority(certificates, 'other');
      client = await ca.issue({ name: 'mesh-client' });
      const hosts = ['localhost'];
      const current = await ca.issue({ name: 'rabbitmq', hosts });
      const expired = await ca.issue({ name: 'expired-rabbitmq', hosts, expired: true });
      const start = (name: string, tls: CertificateFiles, certificateRequired: boolean) =>
        startRabbitMq({
          dataDir: join(folder.path, name),
          tls: { ...tls, caFile: ca.caFile, certificateRequired },
        });
      [strict, expiredServer] = await Promise.all([
        start('strict', current, true),
        start('expired', expired, false),
      ]);
      await strict.control('add_user', 'mesh-client', randomUUID());
      await strict.control('set_permissions', 'mesh-client', '.*', '.*', '.*');
    }, 120_000);
    afterAll(async () => {
      await Promise.all([strict?.stop(), expiredServer?.stop()]);
      folder.remove();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((transport) => transport.close()));
    });

    const urlOf = (server: RabbitMqServer, user = '') =>
      (server.tlsUrl ?? '').replace('//', user === '' ? '//' : `//${user}@`);

    function open(url: string, access: AmqpAccessOptions): Transport {
      said = [];
      const transport = amqpTransport({
        url,
        clientName: 'secured-spec',
        ...access,
        log: (level, message) => {
          if (level !== 'debug') said.push(`${level}: ${message}`);
        },
      });
      opened.push(transport);
      return transport;
    }

    /** Writes through the plain listener. */
    async function inject(exchange: string, { headers, body }: RawMessage): Promise<void> {
      const stranger = await connect(strict.url);
      const channel = await stranger.createConfirmChannel();
      const { 'content-type': contentType, ...rest } = headers;
      channel.publish(exchange, 'test', Buffer.from(body ?? []), {
        contentType: contentType?.toString(),
        headers: rest,
      });
      await channel.waitForConfirms();
      await stranger.close();
    }

    const ruleOne = (url: string, access: AmqpAccessOptions) =>
      RuleRun.of(eventsArriveWhole, {
        name: 'amqp',
        features,
        open: async () => open(url, access),
        inject,
        readDeadLetters: async () => [],
      });
    const tls = () => ({ caFile: ca.caFile, ...client });

    test('rule 1 holds over TLS with user and password', () =>
      ruleOne(urlOf(strict, 'guest:guest'), { tls: tls() }));

    test('rule 1 holds with the client certificate alone', () =>
      ruleOne(urlOf(strict), { tls: tls(), external: true }));

    test('given a server name, then the certificate is checked against that', async () => {
      const url = urlOf(strict, 'guest:guest').replace('localhost', '127.0.0.1');
      const transport = open(url, { tls: { ...tls(), serverName: 'localhost' } });
      await expect(transport.check()).resolves.toBeUndefined();
    });

    test('given a URL without TLS, then it is not used in its place', () => {
      const message = 'AMQP over TLS needs a URL that starts with amqps://';
      for (const access of [{ tls: tls() }, { external: true }])
        expect(() => open(strict.url, access)).toThrow(message);
    });

    const refusals: readonly {
      readonly given: string;
      readonly open: () => Transport | Promise<Transport>;
      readonly message: string;
    }[] = [
      {
        given: 'a wrong password',
        open: () => open(urlOf(strict, 'guest:wrong'), { tls: tls() }),
        message: 'the broker refuses the credentials: check user and password',
      },
      {
        given: 'a certificate whose name is no user',
        open: async () => {
          const other = await ca.issue({ name: 'nobody' });
          return open(urlOf(strict), { tls: { ...tls(), ...other }, external: true });
        },
        message:
          'the broker knows no user by the name in the client certificate: make one, or use another certificate',
      },
      {
        given: 'a virtual host that is not there',
        open: () => open(`${urlOf(strict, 'guest:guest')}/nowhere`, { tls: tls() }),
        message:
          'the broker does not open the virtual host: check that it exists and that the user may use it',
      },
      {
        given: 'an authority that did not sign the certificate',
        open: () =>
          open(urlOf(strict, 'guest:guest'), { tls: { ...client, caFile: otherCa.caFile } }),
        message:
          'the certificate of the server is not signed by a trusted authority: give the file of the one that signed it as the CA file',
      },
      {
        given: 'another host name than the certificate has',
        open: () =>
          open(urlOf(strict, 'guest:guest').replace('localhost', '127.0.0.1'), { tls: tls() }),
        message:
          'the certificate of the server is made out for another host: connect to a name that is in it, or give that as the server name',
      },
      {
        given: 'an expired certificate',
        open: () => open(urlOf(expiredServer, 'guest:guest'), { tls: tls() }),
        message: 'the certificate of the server has expired: it has to be renewed there',
      },
      {
        given: 'no client certificate',
        open: () => open(urlOf(strict, 'guest:guest'), { tls: { caFile: ca.caFile } }),
        message:
          'the server refuses the client certificate: give one, with its key, that is valid now and signed by an authority the server trusts',
      },
      {
        given: 'a server without TLS',
        open: () => open(strict.url.replace('amqp:', 'amqps:'), { tls: tls() }),
        message: 'the server does not speak TLS on this port',
      },
    ];

    test.each(refusals)('given $given, when checked, then says what to do', async (refusal) => {
      const transport = await refusal.open();
      const again = () => transport.check();
      await expect(again()).rejects.toMatchObject({
        name: 'AuthenticationError',
        code: 'AUTHENTICATION_FAILED',
        retryable: false,
        message: expect.stringMatching(
          new RegExp(`^No access to AMQP at (localhost|127\\.0\\.0\\.1):\\d+: ${refusal.message}$`),
        ),
      });
      await expect(again()).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
      expect(said).toEqual(['error: The broker does not let us in']);
    });

    test('given a wrong password, when publishing, then is refused at once and may be tried again', async () => {
      const transport = open(urlOf(strict, 'guest:wrong'), { tls: tls() });
      const publisher = await transport.publisher();
      await expect(publisher.publish(messagesOf('mesh.test', 2))).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        retryable: true,
        unconfirmed: [0, 1],
        message: expect.stringMatching(/the broker refuses the credentials/),
      });
    });

    test('given a certificate file that is renewed, when subscribed before, then events come, and one line told why not', async () => {
      const { certFile, keyFile } = await otherCa.issue({ name: 'renewed' });
      const access = { tls: { caFile: ca.caFile, certFile, keyFile } };
      const transport = open(urlOf(strict, 'guest:guest'), access);
      const source = `mesh.test.${randomUUID()}`;
      let arrived = 0;
      const subscription = await transport.subscribe({ source, group: source }, async () => {
        arrived += 1;
      });
      await expect.poll(() => said).toHaveLength(1);
      const good = await ca.issue({ name: 'good' });
      await rename(good.certFile, certFile);
      await rename(good.keyFile, keyFile);
      await subscription.ready;
      await (await transport.publisher()).publish(messagesOf(source, 3));
      await expect.poll(() => arrived, { timeout: 20_000 }).toBe(3);
      expect(said).toEqual([
        'error: The broker does not let us in',
        'info: The broker lets us in again',
      ]);
    });
  },
);
