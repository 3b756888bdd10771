import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { tlsFaultOf } from './tls-fault.js';

const coded = (code: string) => Object.assign(new Error('from OpenSSL'), { code });

test.each([
  ['CERT_HAS_EXPIRED', /has expired/],
  ['CERT_NOT_YET_VALID', /clocks/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /CA file/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /CA file/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /server name/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /client certificate/],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', /client certificate/],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', /client certificate/],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /client certificate/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
])('given %s under another error, then says what to do', (code, said) => {
  expect(tlsFaultOf(new Error('wrapped', { cause: coded(code) }))).toMatch(said);
});

test('given a file that is no certificate, then says so', () => {
  const cert = readFileSync(import.meta.filename);
  const use = () => createSecureContext({ cert });
  expect(use).toThrow();
  try {
    use();
  } catch (error) {
    expect(tlsFaultOf(error)).toMatch(/PEM files/);
  }
});

test.each([coded('ECONNREFUSED'), coded('ECONNRESET'), new Error('other'), 'text', undefined])(
  'given %s, then it is not about certificates',
  (error) => expect(tlsFaultOf(error)).toBeNull(),
);
