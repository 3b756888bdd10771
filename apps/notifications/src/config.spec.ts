import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '@mesh/service-kit';
import { secretText } from '../test/webhook.js';
import { configSchema, webhookEndpoints } from './config.js';

const valid = {
  DATABASE_URL: 'postgres://notifications:secret@db/notifications',
  MESH_LOG_URL: 'postgres://mesh@db/log',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_JWKS_URL: 'https://issuer.example/jwks.json',
};

describe('the configuration of notifications', () => {
  it('given what it needs, then mails go to files', () => {
    const config = loadConfig(configSchema, valid);
    expect(config.SMTP_URL).toBeUndefined();
    expect(config).toMatchObject({
      MAILBOX_DIR: '.mesh/mailbox',
      MAIL_FROM: 'Mesh shop <orders@mesh.example>',
      MAIL_DOMAIN: 'customers.example',
    });
  });

  it.each(['orders@shop.example', '<orders@shop.example>', 'The Shöp <orders@shop.example>'])(
    'takes the sender %j',
    (sender) => {
      expect(loadConfig(configSchema, { ...valid, MAIL_FROM: sender }).MAIL_FROM).toBe(sender);
    },
  );

  it.each(['orders', 'a@x.example, b@y.example', 'Shop\r\nBcc: <a@x.example>'])(
    'given the sender %j, then refuses it',
    (sender) => {
      expect(() => loadConfig(configSchema, { ...valid, MAIL_FROM: sender })).toThrow(
        'MAIL_FROM: expected an address: "orders@shop.example" or "Shop <orders@shop.example>"',
      );
    },
  );

  it('given several wrong variables, then names all of them at once and shows no password', () => {
    const env = { SMTP_URL: 'http://ann:secret@mail', MAIL_DOMAIN: 'a b' };
    const load = () => loadConfig(configSchema, env, 'notifications');
    for (const variable of [
      'DATABASE_URL: expected ',
      'SMTP_URL: expected a URL that starts with smtp:// or smtps://; received "http://ann:***@mail"',
      'MAIL_DOMAIN: expected a domain name; received "a b"',
      'MESH_LOG_URL: expected a postgres:// URL, in the embedded profile; received nothing',
    ]) {
      expect(load).toThrow(variable);
    }
  });
});

describe('the configuration of webhooks', () => {
  const secret = secretText(new Uint8Array(32).fill(7));
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
    file = join(folder, 'endpoints.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function load(content: unknown, env: Readonly<Record<string, string>> = {}) {
    writeFileSync(file, JSON.stringify(content));
    return loadConfig(configSchema, { ...valid, WEBHOOK_ENDPOINTS_FILE: file, ...env });
  }
  const local = { id: 'shop', url: 'http://127.0.0.1:9000', secret, kinds: ['order_placed'] };

  it('given none, then nobody is told', () => {
    expect(webhookEndpoints(loadConfig(configSchema, valid)).endpoints).toEqual([]);
  });

  it('given an endpoint on this machine, then refuses it unless its addresses are allowed', () => {
    expect(() => load([local])).toThrow(
      `WEBHOOK_ENDPOINTS_FILE: expected a JSON list of {"id", "url", "secret", "kinds"} ([0].url must begin with https://, or be of an allowed private address); received "${file}"`,
    );
    const config = load([local], { WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' });
    expect(webhookEndpoints(config).endpoints).toMatchObject([{ id: 'shop' }]);
  });

  it('given several faults in the file, then names them all, beside those of other variables', () => {
    const wrong = [{ ...local, id: 'A b' }, 7, { ...local, kinds: [] }];
    expect(() => load(wrong, { SMTP_URL: 'mail' })).toThrow(
      /SMTP_URL: .*\n  WEBHOOK_ENDPOINTS_FILE: .*\[0\]\.id must be .*; \[1\] .*; \[2\]\.kinds must name one or more/,
    );
  });

  it.each(['yes', '127.0.0.1', '10.0.0.0/8;::1/128'])('refuses the ranges %j', (ranges) => {
    expect(() => load([], { WEBHOOK_ALLOW_PRIVATE: ranges })).toThrow(
      'WEBHOOK_ALLOW_PRIVATE: expected ranges of addresses, separated by commas: 127.0.0.0/8,::1/128',
    );
  });

  it('shows no secret where the configuration is printed', () => {
    const config = load([local], { WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' });
    expect(JSON.stringify(config)).not.toContain(secret.slice(6));
  });
});
