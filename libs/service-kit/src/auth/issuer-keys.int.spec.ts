import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as jose from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Authenticator } from './authenticator.js';

const minute = 60_000;
type Pair = Awaited<ReturnType<typeof jose.generateKeyPair>>;
const pairs = new Map<string, Pair>();

/** A token issuer over HTTP that rotates its keys, and may be away. */
class Issuer {
  published: string[] = ['k1'];
  status = 200;
  fetches = 0;
  readonly #server: Server = createServer((_, response) => {
    this.fetches += 1;
    void Promise.all(this.published.map(jwk)).then((keys) =>
      response.writeHead(this.status).end(JSON.stringify({ keys })),
    );
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  close(): void {
    this.#server.close();
  }
}

async function jwk(kid: string) {
  return { ...(await jose.exportJWK(pairs.get(kid)!.publicKey)), kid, alg: 'ES256', use: 'sig' };
}

const sign = (kid: string, claims: jose.JWTPayload = {}, header: object = {}) =>
  new jose.SignJWT({
    ...{ iss: 'https://issuer.example', aud: 'mesh', sub: 'bob', jti: crypto.randomUUID() },
    exp: Math.floor(Date.now() / 1000) + 100 * 3600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid, ...header })
    .sign((pairs.get(kid) ?? pairs.get('k1')!).privateKey);

let issuer: Issuer;
let authenticator: Authenticator;

beforeAll(async () => {
  for (const kid of ['k1', 'k2']) pairs.set(kid, await jose.generateKeyPair('ES256'));
  issuer = new Issuer();
  await issuer.listen();
});
afterAll(() => issuer.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  Object.assign(issuer, { published: ['k1'], status: 200, fetches: 0 });
  authenticator = new Authenticator({
    ...{ NODE_ENV: 'production', AUTH_AUDIENCE: 'mesh' },
    ...{ AUTH_ISSUER: 'https://issuer.example', AUTH_JWKS_URL: issuer.url },
  });
});
afterEach(() => vi.useRealTimers());

const outcome = async (token: Promise<string>) =>
  authenticator.verify(await token).then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('keys that rotate', () => {
  test('given a new key, then it is fetched, and the one before it is still taken', async () => {
    expect(await outcome(sign('k1'))).toBe('accepted');
    issuer.published = ['k2', 'k1'];
    later(minute);
    expect(await outcome(sign('k2'))).toBe('accepted');
    expect(await outcome(sign('k1'))).toBe('accepted');
    expect(issuer.fetches).toBe(2);
  });

  test('given that a key is withdrawn, then its tokens are refused once the keys were fetched anew', async () => {
    expect(await outcome(sign('k1'))).toBe('accepted');
    issuer.published = ['k2'];
    later(11 * minute);
    await outcome(sign('k1'));
    await vi.waitFor(async () => expect(await outcome(sign('k1'))).toBe('UNAUTHENTICATED'));
  });

  test('given many tokens at once, then one fetch', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(sign('k1'))));
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
    expect(issuer.fetches).toBe(1);
  });

  test('given a flood of keys that nobody knows, then one fetch in the cool-down, and others go on', async () => {
    expect(await outcome(sign('k1'))).toBe('accepted');
    later(minute);
    const flood = Array.from({ length: 500 }, (_, index) => outcome(sign(`x${index}`)));
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(issuer.fetches).toBe(2);
    expect(await outcome(sign('k1'))).toBe('accepted');
    later(10_000);
    issuer.published = ['k2'];
    expect(await outcome(sign('k2'))).toBe('accepted');
    expect(issuer.fetches).toBe(3);
  });
});

describe('an issuer that is away', () => {
  test('given keys that were fetched before, then they are used for a day, and no longer', async () => {
    expect(await outcome(sign('k1'))).toBe('accepted');
    issuer.status = 503;
    later(23 * 60 * minute);
    expect(await outcome(sign('k1'))).toBe('accepted');
    later(2 * 60 * minute);
    expect(await outcome(sign('k1'))).toBe('UNAVAILABLE');
    issuer.status = 200;
    expect(await outcome(sign('k1'))).toBe('accepted');
  });

  test('given a key that is not known, then UNAVAILABLE: it may be a new one; and few fetches', async () => {
    expect(await outcome(sign('k1'))).toBe('accepted');
    issuer.status = 503;
    later(minute);
    for (let one = 0; one < 20; one += 1) expect(await outcome(sign('k2'))).toBe('UNAVAILABLE');
    expect(issuer.fetches).toBe(2);
    Object.assign(issuer, { status: 200, published: ['k1', 'k2'] });
    later(10_000);
    expect(await outcome(sign('k2'))).toBe('accepted');
  });
});

describe('what a token of the issuer must be', () => {
  const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;
  test.each([
    ['of another issuer', () => sign('k1', { iss: 'https://other.example' })],
    ['for another audience', () => sign('k1', { aud: 'other' })],
    ['expired beyond what clocks may differ', () => sign('k1', { exp: seconds(-31) })],
    ['valid later than clocks may differ', () => sign('k1', { nbf: seconds(31) })],
  ])('given a token %s, then it is refused', async (_, token) => {
    expect(await outcome(token())).toBe('UNAUTHENTICATED');
  });

  test('given clocks that differ by less than 30 s, then it is accepted', async () => {
    const token = sign('k1', { exp: seconds(-25), nbf: seconds(25) });
    expect(await outcome(token)).toBe('accepted');
  });

  test('given an algorithm that is not on the list, then it is refused, whatever the key set says', async () => {
    const { privateKey, publicKey } = await jose.generateKeyPair('RS384');
    pairs.set('rs', { privateKey, publicKey });
    issuer.published = ['rs'];
    expect(await outcome(sign('rs', {}, { alg: 'RS384' }))).toBe('UNAUTHENTICATED');
  });
});
