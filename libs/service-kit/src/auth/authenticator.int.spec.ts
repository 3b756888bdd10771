import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devKey } from '../testing/dev-key.js';
import { Authenticator } from './authenticator.js';

const now = () => Math.floor(Date.now() / 1000);
let key: Awaited<ReturnType<typeof devKey>>;
let development: Authenticator;

beforeAll(async () => {
  key = await devKey();
  development = new Authenticator({
    NODE_ENV: 'development',
    AUTH_DEV_KEY_FILE: key.file,
    AUTH_AUDIENCE: 'mesh',
  });
});

const subjectFault =
  "The token's sub must have 1 to 200 characters, at most 240 bytes as UTF-8, and no control characters";

const refusal = (authenticator: Authenticator, token: string) =>
  authenticator.verify(token).then(
    () => 'accepted',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

describe('with the development key', () => {
  test('given a token that it signed, when verified, then tells customer and roles', async () => {
    const token = await development.sign('alice', ['customer', 'operator']);
    expect(await development.verify(token)).toEqual({
      customerId: 'alice',
      roles: ['customer', 'operator'],
      expiresAt: (decodeJwt(token).exp ?? NaN) * 1000,
      token,
    });
  });

  test('given clocks that differ a little, when verified, then is accepted', async () => {
    expect(await refusal(development, await key.sign({ exp: now() - 20, nbf: now() + 20 }))).toBe(
      'accepted',
    );
  });

  test.each([
    ['expired', { exp: now() - 40 }, 'The token has expired'],
    ['not valid yet', { nbf: now() + 40 }, "The token's nbf is not accepted"],
    ['without an expiry', { exp: undefined }, "The token's exp is not accepted"],
    ['of another issuer', { iss: 'other' }, "The token's iss is not accepted"],
    ['for another audience', { aud: 'other' }, "The token's aud is not accepted"],
    ['without a subject', { sub: undefined }, "The token's sub is not accepted"],
    ['with an empty subject', { sub: '' }, subjectFault],
    ['with a subject of 201 characters', { sub: 'a'.repeat(201) }, subjectFault],
    ['with a subject of over 240 bytes', { sub: 'é'.repeat(121) }, subjectFault],
    ['with a line break in its subject', { sub: 'al\nice' }, subjectFault],
    ['with NUL in its subject', { sub: 'al\0ice' }, subjectFault],
  ])('given a token %s, when verified, then is refused', async (_, claims, message) => {
    expect(await refusal(development, await key.sign(claims))).toBe(`UNAUTHENTICATED: ${message}`);
  });

  test.each(['a'.repeat(200), 'é'.repeat(120), 'auth0|alice@shop example'])(
    'given a token for the subject %s, when verified, then is accepted',
    async (sub) => {
      expect((await development.verify(await key.sign({ sub }))).customerId).toBe(sub);
    },
  );

  test('given alg none, when verified, then is refused', async () => {
    const token = new UnsecuredJWT({
      iss: 'mesh-development',
      aud: 'mesh',
      sub: 'alice',
      exp: now() + 60,
    }).encode();
    expect(await refusal(development, token)).toBe('UNAUTHENTICATED: The token is not valid');
  });

  test('given a token signed with another key, when verified, then is refused', async () => {
    expect(await refusal(development, await (await devKey()).sign({}))).toBe(
      'UNAUTHENTICATED: The token is not valid',
    );
  });

  test.each(['', 'x', 'a.b.c', `${'a'.repeat(100_000)}.b.c`])(
    'given rubbish, when verified, then is refused',
    async (token) => {
      expect(await refusal(development, token)).toBe('UNAUTHENTICATED: The token is not valid');
    },
  );

  test('given production, when made, then the key is refused', () => {
    expect(
      () =>
        new Authenticator({
          NODE_ENV: 'production',
          AUTH_DEV_KEY_FILE: key.file,
          AUTH_AUDIENCE: 'mesh',
        }),
    ).toThrow('The development key is refused in production; set AUTH_ISSUER and AUTH_JWKS_URL');
  });
});

describe('with an issuer', () => {
  let issuer: Server;
  let authenticator: Authenticator;
  let privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  let available = true;

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    privateKey = pair.privateKey;
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }];
    issuer = createServer((_, response) =>
      response.writeHead(available ? 200 : 503).end(JSON.stringify({ keys })),
    );
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    authenticator = new Authenticator({
      NODE_ENV: 'production',
      AUTH_ISSUER: 'https://issuer.example',
      AUTH_JWKS_URL: url,
      AUTH_AUDIENCE: 'mesh',
    });
  });

  afterAll(() => issuer.close());

  const sign = (claims: object = {}, header = { alg: 'RS256', kid: 'k1' }) =>
    new SignJWT({
      iss: 'https://issuer.example',
      aud: 'mesh',
      sub: 'bob',
      exp: now() + 60,
      ...claims,
    })
      .setProtectedHeader(header)
      .sign(privateKey);

  test('given keys that can not be fetched, when verified, then is UNAVAILABLE and not refused for good', async () => {
    available = false;
    expect(await refusal(authenticator, await sign())).toBe(
      "UNAVAILABLE: The token issuer's keys can't be fetched",
    );
    available = true;
    expect(await refusal(authenticator, await sign())).toBe('accepted');
  });

  test('given a token of the issuer, when verified, then tells the customer', async () => {
    expect(await authenticator.verify(await sign({ roles: 'operator' }))).toMatchObject({
      customerId: 'bob',
      roles: [],
    });
  });

  test('given the public key used as an HMAC secret, when verified, then is refused', async () => {
    const forged = await new SignJWT({
      iss: 'https://issuer.example',
      aud: 'mesh',
      sub: 'bob',
      exp: now() + 60,
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(new TextEncoder().encode('public key'));
    expect(await refusal(authenticator, forged)).toBe('UNAUTHENTICATED: The token is not valid');
  });

  test('given a development token, when verified, then is refused', async () => {
    expect(await refusal(authenticator, await key.sign({}))).toMatch(/^UNAUTHENTICATED: /);
  });

  test('given no development key, when asked to sign, then refuses', async () => {
    await expect(authenticator.sign('alice')).rejects.toThrow(
      'Tokens are signed here in development only',
    );
  });
});
