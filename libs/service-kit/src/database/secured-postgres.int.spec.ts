import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedTransport } from '@mesh/messaging/embedded';
import { startPostgres, type Postgres } from '@mesh/tools/postgres';
import {
  createAuthority,
  type CertificateAuthority,
  type CertificateFiles,
} from '@mesh/tools/testing/certificates';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { createLogger } from '@mesh/tracing';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from './migrate.js';
import { createPool, kyselyPool } from './pool.js';

const folder = temporaryFolder();
const certificates = join(folder.path, 'certificates');
const log = createLogger('secured', { level: 'silent' });

/** Everybody over TLS alone; `strict` with a certificate too. */
const hba = `hostssl all strict 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
hostssl all all 127.0.0.1/32 scram-sha-256
`;

describe('secured PostgreSQL', () => {
  let ca: CertificateAuthority;
  let otherCa: CertificateAuthority;
  let client: CertificateFiles;
  let server: Postgres;
  let expired: Postgres;
  let plain: Postgres;

  beforeAll(async () => {
    ca = await createAuthority(certificates, 'ca');
    otherCa = await createAuthority(certificates, 'other');
    client = await ca.issue({ name: 'client' });
    const hbaFile = join(folder.path, 'pg_hba.conf');
    writeFileSync(hbaFile, hba);
    const start = async (name: string, isExpired?: boolean) => {
      const secured = isExpired !== undefined && {
        settings: { hba_file: hbaFile },
        tls: {
          caFile: ca.caFile,
          ...(await ca.issue({ name, hosts: ['localhost'], expired: isExpired })),
        },
      };
      return startPostgres({ dataDir: join(folder.path, name), durable: false, ...secured });
    };
    server = await start('current', false);
    expired = await start('expired', true);
    plain = await start('plain');
    await ask(urlOf(server), `create role strict login superuser password 'strict'`);
  });
  afterAll(async () => {
    await Promise.all([server, expired, plain].map((one) => one?.stop()));
    folder.remove();
  });

  /** Known as `localhost`, to which the certificates are made out. */
  function urlOf(postgres: Postgres, parameters: Record<string, string> = {}): URL {
    const url = new URL(postgres.url());
    url.hostname = 'localhost';
    const tls = { sslmode: 'verify-full', sslrootcert: ca.caFile, ...parameters };
    for (const [name, value] of Object.entries(tls)) url.searchParams.set(name, value);
    return url;
  }

  function strictly(parameters: Record<string, string> = {}): URL {
    const url = urlOf(server, parameters);
    [url.username, url.password] = ['strict', 'strict'];
    return url;
  }

  async function withDatabase<T>(url: URL, use: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const pool = createPool({ url: url.href, size: 2, applicationName: 'secured', log });
    try {
      return await use(new Kysely({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) }));
    } finally {
      await pool.end();
    }
  }

  const ask = (url: URL, text = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()') =>
    withDatabase(url, async (db) => (await sql.raw(text).execute(db)).rows);

  test('given the CA, then the pool speaks TLS', async () => {
    expect(await ask(urlOf(server))).toEqual([{ ssl: true }]);
  });

  test('given a client certificate, then it is shown', async () => {
    const files = { sslcert: client.certFile, sslkey: client.keyFile };
    expect(await ask(strictly(files))).toEqual([{ ssl: true }]);
  });

  test('given the CA, then the embedded log carries an event over TLS', async () => {
    const transport = embeddedTransport({ url: urlOf(server).href });
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    await transport.subscribe({ source: 'secured', group: 'secured' }, async () => resolve());
    const event = {
      specversion: '1.0' as const,
      ...{ id: '1', source: '/test', type: 'test', extensions: {} },
    };
    await (await transport.publisher()).publish([{ destination: 'secured', key: 'k', event }]);
    await arrived;
    await transport.close();
  });

  const refusals: readonly (readonly [string, () => URL, string])[] = [
    [
      'a wrong password',
      () => Object.assign(urlOf(server), { password: 'wrong' }),
      'PostgreSQL refuses the password: check user and password of the URL',
    ],
    [
      'no client certificate',
      () => strictly(),
      'PostgreSQL refuses the user: check pg_hba.conf there, and sslcert and sslkey of the URL',
    ],
    [
      'no TLS where it is asked for',
      () => urlOf(server, { sslmode: 'disable', sslrootcert: '' }),
      'PostgreSQL refuses the user: check pg_hba.conf there, and sslcert and sslkey of the URL',
    ],
    [
      'a server without TLS',
      () => urlOf(plain),
      'PostgreSQL does not offer TLS: turn ssl on there',
    ],
    [
      'an authority that did not sign the certificate',
      () => urlOf(server, { sslrootcert: otherCa.caFile }),
      'No TLS with PostgreSQL: the certificate of the server is not signed by a trusted authority: give the file of the one that signed it as the CA file',
    ],
    [
      'another host name than the certificate has',
      () => Object.assign(urlOf(server), { hostname: '127.0.0.1' }),
      'No TLS with PostgreSQL: the certificate of the server is made out for another host: connect to a name that is in it, or give that as the server name',
    ],
    [
      'an expired certificate',
      () => urlOf(expired),
      'No TLS with PostgreSQL: the certificate of the server has expired: it has to be renewed there',
    ],
  ];

  test.each(refusals)(
    'given %s, then a service does not start, and says what to do',
    async (_, url, message) => {
      const migrating = withDatabase(url(), (db) => {
        const stopping = new AbortController().signal;
        return migrate({ db, migrations: {}, log, stopping, waiting: () => {} });
      });
      await expect(migrating).rejects.toThrow(message);
    },
  );

  test.each(refusals)(
    'given %s, then the embedded log says what to do',
    async (_, url, message) => {
      const transport = embeddedTransport({ url: url().href });
      await expect(transport.check()).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        retryable: false,
        message,
      });
      await transport.close();
    },
  );
});
