import type { AuthenticationError } from '../errors.js';
import type { MessagingLog } from '../log.js';

/**
 * Says once that a broker does not let us in, however often that is tried, and once when it does again.
 * What is refused for another reason than before is news.
 */
export class AccessReport {
  readonly #log: MessagingLog;
  #said: string | null = null;

  constructor(log: MessagingLog) {
    this.#log = log;
  }

  refused(error: AuthenticationError): void {
    if (error.message === this.#said) return;
    this.#said = error.message;
    this.#log('error', 'The broker does not let us in', { err: error });
  }

  granted(): void {
    if (this.#said === null) return;
    this.#said = null;
    this.#log('info', 'The broker lets us in again', {});
  }
}
