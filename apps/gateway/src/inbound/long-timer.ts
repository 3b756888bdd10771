/** 24.8 days: a timer of Node holds no more, and runs at once when it is given more. */
const longestMs = 2 ** 31 - 1;

/** Runs once after however long, unless it is cleared before. */
export class LongTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(run: () => void, afterMs: number) {
    this.#arm(run, afterMs);
  }

  /** Idempotent. */
  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(run: () => void, afterMs: number): void {
    this.#timer =
      afterMs <= longestMs
        ? setTimeout(run, afterMs)
        : setTimeout(() => this.#arm(run, afterMs - longestMs), longestMs);
  }
}
