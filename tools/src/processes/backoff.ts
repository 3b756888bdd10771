/** Pauses before something that ended is started again: 0.25 s, doubled each time, at most 10 s. */
export class Backoff {
  #failures = 0;

  nextMs(): number {
    return Math.min(10_000, 250 * 2 ** this.#failures++);
  }

  /** It worked: the next pause is a short one. */
  reset(): void {
    this.#failures = 0;
  }
}
