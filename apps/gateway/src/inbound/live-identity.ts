import { AppError } from '@mesh/service-kit';
import type { Caller } from '../domain/caller.js';
import { LongTimer } from './long-timer.js';

/**
 * Who a connection is of, as its latest token says: customer, roles, and the token that is passed on. It
 * says when the token is about to expire, and when it has.
 */
export class LiveIdentity implements Caller {
  #caller: Caller;
  #notice: LongTimer | undefined;
  #end: LongTimer | undefined;
  readonly #told: Told;

  constructor(caller: Caller, told: Told) {
    this.#caller = caller;
    this.#told = told;
    this.#watch();
  }

  get customerId(): string {
    return this.#caller.customerId;
  }

  get roles(): readonly string[] {
    return this.#caller.roles;
  }

  get token(): string {
    return this.#caller.token;
  }

  has(role: string | undefined): boolean {
    return role === undefined || this.roles.includes(role);
  }

  /** Goes on with another verified token. @throws AppError FORBIDDEN when it is of another customer */
  renew(caller: Caller): void {
    if (caller.customerId !== this.customerId) {
      throw new AppError('FORBIDDEN', 'The token is of another customer; connect anew with it');
    }
    this.#caller = caller;
    this.close();
    this.#watch();
  }

  /** Says nothing more. */
  close(): void {
    this.#notice?.clear();
    this.#end?.clear();
  }

  #watch(): void {
    const { noticeMs, expiring, expired } = this.#told;
    const lifeMs = lifeOf(this.token);
    const leftMs = Math.min(noticeMs, lifeMs / 2);
    this.#end = new LongTimer(expired, lifeMs);
    this.#notice = new LongTimer(() => expiring(Math.round(leftMs)), lifeMs - leftMs);
  }
}

interface Told {
  /** How long before its end; at half of a shorter life. */
  readonly noticeMs: number;
  expiring(inMs: number): void;
  expired(): void;
}

/** How long a verified token is still valid. */
export function lifeOf(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly exp?: number;
  };
  return Math.max((claims.exp ?? 0) * 1000 - Date.now(), 0);
}
