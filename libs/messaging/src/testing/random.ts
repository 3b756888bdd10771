/**
 * Choices that come again with the same seed. Draw them before the work starts, or `fork` a generator
 * for each of what runs side by side: the servers decide in which turn handlers run, and so in which
 * order they would draw from a shared one.
 */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. Mulberry32: 32 bits of state, enough for a test's choices. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of them, each as likely; it stays where it is. @throws RangeError when there is nothing to pick */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('There is nothing to pick');
    return items[this.between(0, items.length - 1)] as T;
  }

  /** Takes one out; undefined when there is none. */
  take<T>(items: T[]): T | undefined {
    return items.splice(this.between(0, items.length - 1), 1)[0];
  }

  /** A copy in another order, each order as likely. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.between(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }

  /** One of its own, given by this one's seed and the label alone: the same whenever it is asked for. */
  fork(label: string): Random {
    let hash = 0x811c9dc5 ^ this.seed;
    for (const byte of Buffer.from(label)) hash = Math.imul(hash ^ byte, 0x01000193);
    return new Random(hash);
  }
}
