import { MessagingError } from '../errors.js';
import type { EventMiddleware, Handling } from './handling.js';

/** A handler took longer than its `timeoutMs`. */
export class HandlerTimeoutError extends MessagingError {
  constructor(timeoutMs: number, type: string) {
    super('HANDLER_TIMEOUT', `The handler of ${type} took longer than ${timeoutMs} ms`, true);
  }
}

/**
 * Fails a handler that takes longer than `timeoutMs`, and aborts its signal: what listens to the
 * signal ends early. Inside of `inbox`, the failure rolls the transaction back at once; a handler that
 * goes on nevertheless finds its transaction ended.
 * @throws HandlerTimeoutError, which is retryable
 */
export function timeout(timeoutMs: number): EventMiddleware {
  return (next) => (handling) => {
    const timed = new TimedHandling(handling);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const error = new HandlerTimeoutError(timeoutMs, handling.event.type);
        timed.abort(error);
        reject(error);
      }, timeoutMs);
      next(timed)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          timed.release();
        });
    });
  };
}

/** Makes its signal when it is first asked for: most handlers never do. */
class TimedHandling implements Handling {
  readonly #of: Handling;
  #controller: AbortController | undefined;
  #error: HandlerTimeoutError | undefined;
  readonly #lost = () => this.#controller?.abort(this.#of.signal.reason);

  constructor(of: Handling) {
    this.#of = of;
  }

  get delivery() {
    return this.#of.delivery;
  }

  get event() {
    return this.#of.event;
  }

  get data() {
    return this.#of.data;
  }

  get tx() {
    return this.#of.tx;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const { signal } = this.#of;
      if (this.#error !== undefined) this.#controller.abort(this.#error);
      else if (signal.aborted) this.#controller.abort(signal.reason);
      else signal.addEventListener('abort', this.#lost, { once: true });
    }
    return this.#controller.signal;
  }

  abort(error: HandlerTimeoutError): void {
    this.#error = error;
    this.#controller?.abort(error);
  }

  release(): void {
    this.#of.signal.removeEventListener('abort', this.#lost);
  }
}
