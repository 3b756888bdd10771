import { LiveError } from './live-error.js';

/**
 * Why a token is asked for. `connect`: one that was fetched before will do. `refused`: the gateway did not
 * take the last one. `expiring`: the connection's token ends soon.
 */
export type TokenReason = 'connect' | 'refused' | 'expiring';

/** A token, or what fetches one. */
export type TokenSource =
  string | ((request: { readonly reason: TokenReason }) => string | Promise<string>);

export class Tokens {
  readonly #source: TokenSource;

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** There may be another one than before. */
  get renewable(): boolean {
    return typeof this.#source !== 'string';
  }

  /** @throws LiveError TOKEN_FAILED */
  async get(reason: TokenReason): Promise<string> {
    try {
      return typeof this.#source === 'string' ? this.#source : await this.#source({ reason });
    } catch (cause) {
      throw new LiveError('TOKEN_FAILED', 'The function that gives tokens failed', { cause });
    }
  }
}
