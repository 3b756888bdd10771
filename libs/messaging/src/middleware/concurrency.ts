import type { EventMiddleware, Handling } from './handling.js';

/** How many events a handler is given at once; less than its subscription hands over. */
export interface ConcurrencyOptions {
  /** Events of this handler at once, in this process. @default unlimited: what the subscription hands over */
  readonly atOnce?: number;
  /**
   * A further key, such as the customer of a job: events that share it are handled one at a time in
   * this process, in the order in which they arrive. The event's own key is serial without it. @default none
   */
  readonly serializeBy?: (data: never) => string;
}

/**
 * Lets a handler run for so many events at once, and for one of each further key. What waits holds a
 * place of the subscription; a wait ends when the delivery is lost.
 */
export function concurrency({
  atOnce = Infinity,
  serializeBy,
}: ConcurrencyOptions): EventMiddleware {
  const places = new Places(atOnce);
  const perKey = new Map<string, Places>();
  return (next) => async (handling) => {
    if (serializeBy === undefined) return places.run(handling.signal, () => next(handling));
    const key = serializeBy(handling.data as never);
    const lane = perKey.get(key) ?? new Places(1);
    perKey.set(key, lane);
    try {
      return await lane.run(handling.signal, () =>
        places.run(handling.signal, () => next(handling)),
      );
    } finally {
      if (lane.idle) perKey.delete(key);
    }
  };
}

class Places {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get idle(): boolean {
    return this.#taken === 0 && this.#waiting.size === 0;
  }

  async run<T>(signal: Handling['signal'], work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#limit) this.#taken += 1;
    else await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Fulfilled with a place that was handed on. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = () => {
        this.#waiting.delete(taken);
        reject(signal.reason as Error);
      };
      const taken = () => {
        signal.removeEventListener('abort', lost);
        resolve();
      };
      if (signal.aborted) return reject(signal.reason as Error);
      signal.addEventListener('abort', lost, { once: true });
      this.#waiting.add(taken);
    });
  }

  #leave(): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#taken -= 1;
    else {
      this.#waiting.delete(first);
      first();
    }
  }
}
