import { PublishError, type MessagingErrorCode } from '../errors.js';

/** Why a message was not confirmed. */
export interface Refusal {
  readonly code: MessagingErrorCode;
  readonly retryable: boolean;
  readonly message: string;
  readonly cause?: unknown;
}

/** One call of `publish`: settles once each of its messages is confirmed or refused. */
export class PublishCall {
  readonly #settled = Promise.withResolvers<void>();
  readonly #unconfirmed: number[] = [];
  #open: number;
  #refusal: Refusal | null = null;

  constructor(readonly size: number) {
    this.#open = size;
  }

  /** Rejected with a PublishError that names the unconfirmed messages. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  confirm(): void {
    this.#one();
  }

  /** The first refusal is the one the caller is told. */
  refuse(index: number, refusal: Refusal): void {
    this.#unconfirmed.push(index);
    this.#refusal ??= refusal;
    this.#one();
  }

  #one(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    if (this.#refusal === null) return this.#settled.resolve();
    const { code, retryable, message, cause } = this.#refusal;
    const unconfirmed = this.#unconfirmed.sort((a, b) => a - b);
    const text = `${message} (${unconfirmed.length} of ${this.size} messages are not confirmed)`;
    this.#settled.reject(new PublishError(text, unconfirmed, { code, retryable, cause }));
  }
}
