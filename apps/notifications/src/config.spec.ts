import { describe, expect, it } from 'vitest';
import { loadConfig } from '@mesh/service-kit';
import { configSchema } from './config.js';

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
