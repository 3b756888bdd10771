import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { AppError } from '../errors/app-error.js';
import { IssuerKeys } from './issuer-keys.js';
import type { Principal } from './principal.js';

/** The config that tells how tokens are verified; see `authConfig`. */
export interface AuthConfig {
  readonly NODE_ENV: 'development' | 'test' | 'production';
  readonly AUTH_DEV_KEY_FILE?: string | undefined;
  readonly AUTH_ISSUER?: string | undefined;
  readonly AUTH_JWKS_URL?: string | undefined;
  readonly AUTH_AUDIENCE: string;
}

/** Clocks of issuer and services may differ by this much. */
const clockToleranceSeconds = 30;
const devIssuer = 'mesh-development';
const devLifetime = '12h';
/** Asymmetric only: a token can't be forged with a public key used as a secret. */
const algorithms = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'];
/** A subject is a key of rows and events, and a part of routing keys, which AMQP limits to 255 bytes. */
const maxSubject = { characters: 200, bytes: 240 };
/** Verified tokens are kept for this long, so that a busy caller costs one verification in that time. */
const cacheMs = 30_000;
const cacheSize = 5000;

type Jose = typeof import('jose');
type Verify = (jose: Jose, token: string) => Promise<{ payload: import('jose').JWTPayload }>;

/**
 * Verifies bearer tokens: signature by an allowed algorithm, issuer, audience, lifetime. With the
 * development key it signs them too.
 */
export class Authenticator {
  readonly #verify: Verify;
  readonly #devKey: JWK | undefined;
  readonly #audience: string;
  readonly #verified = new Map<string, { principal: Principal; until: number }>();

  /** @throws AppError INTERNAL when the development key can't be used, or is used in production */
  constructor(config: AuthConfig) {
    this.#audience = config.AUTH_AUDIENCE;
    if (config.AUTH_DEV_KEY_FILE === undefined) {
      this.#verify = issuerVerifier(config);
    } else {
      if (config.NODE_ENV === 'production') {
        throw new AppError(
          'INTERNAL',
          'The development key is refused in production; set AUTH_ISSUER and AUTH_JWKS_URL',
        );
      }
      this.#devKey = readDevKey(config.AUTH_DEV_KEY_FILE);
      this.#verify = devKeyVerifier(this.#devKey, config.AUTH_AUDIENCE);
    }
  }

  /**
   * Who the token speaks for.
   * @throws AppError UNAUTHENTICATED, or UNAVAILABLE when the issuer's keys can't be fetched
   */
  async verify(token: string): Promise<Principal> {
    const known = this.known(token);
    if (known !== undefined) return known;
    const now = Date.now();
    const payload = await this.#payload(token);
    if (!isSubject(payload.sub)) {
      throw new AppError(
        'UNAUTHENTICATED',
        `The token's sub must have 1 to ${maxSubject.characters} characters, at most ${maxSubject.bytes} bytes as UTF-8, and no control characters`,
      );
    }
    const expiresAt = (payload.exp ?? 0) * 1000;
    const roles = rolesOf(payload['roles']);
    const principal = { customerId: payload.sub, roles, expiresAt, token };
    this.#remember(token, principal, Math.min(now + cacheMs, expiresAt));
    return principal;
  }

  /** Who a token speaks for that was verified in the last 30 s, and has not expired. */
  known(token: string): Principal | undefined {
    const known = this.#verified.get(token);
    return known !== undefined && known.until > Date.now() ? known.principal : undefined;
  }

  /** A token for a customer, in development only. @throws AppError FORBIDDEN without a development key */
  async sign(customerId: string, roles: readonly string[] = []): Promise<string> {
    if (this.#devKey === undefined) {
      throw new AppError('FORBIDDEN', 'Tokens are signed here in development only');
    }
    const { SignJWT, importJWK } = await import('jose');
    return new SignJWT({ roles })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setSubject(customerId)
      .setIssuer(devIssuer)
      .setAudience(this.#audience)
      .setIssuedAt()
      .setExpirationTime(devLifetime)
      .sign(await importJWK(this.#devKey, 'ES256'));
  }

  async #payload(token: string) {
    const jose = await import('jose');
    try {
      return (await this.#verify(jose, token)).payload;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!(error instanceof jose.errors.JOSEError)) {
        throw new AppError('UNAVAILABLE', "The token issuer's keys can't be used", {
          cause: error,
        });
      }
      throw new AppError('UNAUTHENTICATED', reason(jose, error), { cause: error });
    }
  }

  #remember(token: string, principal: Principal, until: number): void {
    if (this.#verified.size >= cacheSize)
      this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(token, { principal, until });
  }
}

function issuerVerifier(config: AuthConfig): Verify {
  const { AUTH_ISSUER: issuer, AUTH_JWKS_URL: url, AUTH_AUDIENCE: audience } = config;
  if (issuer === undefined || url === undefined) {
    throw new AppError(
      'INTERNAL',
      'AUTH_ISSUER and AUTH_JWKS_URL, or AUTH_DEV_KEY_FILE, must be set',
    );
  }
  const keys = new IssuerKeys({ url });
  return (jose, token) =>
    jose.jwtVerify(token, keys.find(jose), requirements(issuer, audience, algorithms));
}

function devKeyVerifier(key: JWK, audience: string): Verify {
  const { kty, crv, x, y } = key;
  const publicKey: JWK = { kty, crv, x, y };
  let imported: Promise<Awaited<ReturnType<Jose['importJWK']>>> | undefined;
  return async (jose, token) => {
    imported ??= jose.importJWK(publicKey, 'ES256');
    return jose.jwtVerify(token, await imported, requirements(devIssuer, audience, ['ES256']));
  };
}

function requirements(issuer: string, audience: string, allowed: string[]) {
  return {
    issuer,
    audience,
    algorithms: allowed,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp'],
  };
}

function readDevKey(file: string): JWK {
  const key = JSON.parse(readFileSync(file, 'utf8')) as JWK;
  if (key.kty !== 'EC' || key.crv !== 'P-256' || typeof key.d !== 'string') {
    throw new AppError('INTERNAL', `${file} must hold a private ES256 key as JWK`);
  }
  return key;
}

function reason(jose: Jose, error: Error): string {
  if (error instanceof jose.errors.JWTExpired) return 'The token has expired';
  if (error instanceof jose.errors.JWTClaimValidationFailed)
    return `The token's ${error.claim} is not accepted`;
  return 'The token is not valid';
}

function isSubject(claim: unknown): claim is string {
  return (
    typeof claim === 'string' &&
    claim.length > 0 &&
    claim.length <= maxSubject.characters &&
    Buffer.byteLength(claim) <= maxSubject.bytes &&
    !/\p{Cc}/u.test(claim)
  );
}

function rolesOf(claim: unknown): readonly string[] {
  return Array.isArray(claim)
    ? claim.filter((role): role is string => typeof role === 'string')
    : [];
}
