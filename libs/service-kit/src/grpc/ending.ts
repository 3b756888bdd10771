/**
 * Lets one wait after the other be ended by a signal. `Promise.race` against the end of a long stream would
 * keep something for each message until that end comes.
 */
export class Ending {
  #reject: (reason: unknown) => void = () => {};

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.#reject(signal.reason), { once: true });
  }

  /**
   * What the work gives, or a rejection with the signal's reason, whichever is first; what becomes of work
   * that was left behind is nobody's concern. One at a time.
   */
  race<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.signal.aborted) reject(this.signal.reason as Error);
      work.then(resolve, reject);
    });
  }
}
