/**
 * Runs work one at a time for each key, in the order in which it came, and at most `concurrency` at
 * once over all keys. What is more than `capacity` is refused.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();
  readonly #free: (() => void)[] = [];
  readonly #capacity: number;
  #slots: number;
  #pending = 0;

  constructor(options: { readonly concurrency: number; readonly capacity: number }) {
    this.#slots = options.concurrency;
    this.#capacity = options.capacity;
  }

  /** False when too much waits already. `work` handles its own failures. */
  take(key: string, work: () => Promise<void>): boolean {
    if (this.#pending >= this.#capacity) return false;
    this.#pending += 1;
    const turn = (this.#last.get(key) ?? Promise.resolve())
      .then(() => this.#withSlot(work))
      .finally(() => {
        this.#pending -= 1;
        if (this.#last.get(key) === turn) this.#last.delete(key);
      });
    this.#last.set(key, turn);
    return true;
  }

  async #withSlot(work: () => Promise<void>): Promise<void> {
    if (this.#slots > 0) this.#slots -= 1;
    else await new Promise<void>((resolve) => this.#free.push(resolve));
    try {
      await work();
    } finally {
      const next = this.#free.shift();
      if (next) next();
      else this.#slots += 1;
    }
  }
}
