import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { AppError } from '../errors/app-error.js';

type Jose = typeof import('jose');

export interface IssuerKeysOptions {
  readonly url: string;
  /** Keys older than this are fetched anew; meanwhile they are used. @default 600000 */
  readonly freshMs?: number;
  /** Keys that could not be fetched anew for this long are used no longer. @default 86400000 */
  readonly staleMs?: number;
  /** The shortest time between two fetches once there are keys, however many unknown keys are asked for. @default 10000 */
  readonly cooldownMs?: number;
  /** @default 3000 */
  readonly timeoutMs?: number;
}

/** A key set is small; more is not read. */
const maxBytes = 256 * 1024;

/**
 * The public keys of a token issuer. A key that is not known yet is fetched, at most once in the
 * cool-down; keys go on being used while the issuer is away. One fetch at a time, whoever waits for it.
 */
export class IssuerKeys {
  readonly #url: string;
  readonly #freshMs: number;
  readonly #staleMs: number;
  readonly #cooldownMs: number;
  readonly #timeoutMs: number;
  #keys: JWTVerifyGetKey | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #failure: unknown;
  #fetching: Promise<void> | undefined;

  constructor(options: IssuerKeysOptions) {
    this.#url = options.url;
    this.#freshMs = options.freshMs ?? 600_000;
    this.#staleMs = options.staleMs ?? 86_400_000;
    this.#cooldownMs = options.cooldownMs ?? 10_000;
    this.#timeoutMs = options.timeoutMs ?? 3_000;
  }

  /**
   * Finds the key of a token, for `jwtVerify`.
   * @throws JWKSNoMatchingKey, or AppError UNAVAILABLE when the keys can't be fetched
   */
  find(jose: Jose): JWTVerifyGetKey {
    return async (header, token) => {
      const age = Date.now() - this.#fetchedAt;
      if (this.#keys === undefined || age > this.#staleMs) await this.#fetch(jose);
      else if (age > this.#freshMs && !this.#cooling) this.#fetch(jose).catch(() => undefined);
      try {
        return await this.#keys!(header, token);
      } catch (error) {
        if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
        if (!this.#cooling) await this.#fetch(jose);
        // It may be a key that only the issuer knows yet.
        else if (this.#failure !== undefined) throw unavailable(this.#failure);
        return this.#keys!(header, token);
      }
    };
  }

  get #cooling(): boolean {
    return this.#fetching === undefined && Date.now() - this.#triedAt < this.#cooldownMs;
  }

  async #fetch(jose: Jose): Promise<void> {
    this.#fetching ??= this.#load(jose).finally(() => (this.#fetching = undefined));
    await this.#fetching;
  }

  async #load(jose: Jose): Promise<void> {
    try {
      const keys = jose.createLocalJWKSet(await this.#request());
      this.#keys = keys;
      this.#failure = undefined;
      this.#fetchedAt = Date.now();
    } catch (error) {
      this.#failure = error;
      throw unavailable(error);
    } finally {
      this.#triedAt = Date.now();
    }
  }

  async #request(): Promise<JSONWebKeySet> {
    const response = await fetch(this.#url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`The issuer's key set was answered with ${response.status}`);
    }
    return JSON.parse(await boundedText(response)) as JSONWebKeySet;
  }
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) throw new Error(`The issuer's key set has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function unavailable(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', "The token issuer's keys can't be fetched", { cause });
}
