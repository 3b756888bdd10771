/**
 * Hands over numbered items once each, in order and without a gap, however they arrive: what comes
 * early waits for what is missing, what is not newer is dropped. A held line hands over nothing
 * until it is opened.
 */
export class NumberedLine<Item> {
  readonly #waiting = new Map<number, Item>();
  readonly #handOver: (item: Item) => void;
  #after: number;
  #position: number;
  #held: boolean;

  /**
   * `after`: the last number that the receiver has. `capacity`: items that may wait; a further one
   * is dropped, which leaves the gap visible, so that it is fetched again.
   */
  constructor(options: {
    readonly after: number;
    readonly held?: boolean;
    readonly capacity?: number;
    handOver(item: Item): void;
  }) {
    this.#after = options.after;
    this.#position = options.after;
    this.#held = options.held ?? false;
    this.capacity = options.capacity ?? 1024;
    this.#handOver = (item) => options.handOver(item);
  }

  readonly capacity: number;

  /** The number before the first one that this line hands over. */
  get after(): number {
    return this.#after;
  }

  /** The last number that was handed over; `after` before the first. */
  get position(): number {
    return this.#position;
  }

  /** Something waits for a number that has not arrived. */
  get gap(): boolean {
    return !this.#held && this.#waiting.size > 0;
  }

  /** This line has handed over that number. */
  has(number: number): boolean {
    return number > this.#after && number <= this.#position;
  }

  offer(number: number, item: Item): void {
    if (number <= this.#position) return;
    const isNext = number === this.#position + 1;
    if ((this.#held || !isNext) && this.#waiting.size >= this.capacity) return;
    this.#waiting.set(number, item);
    if (!this.#held) this.#drain();
  }

  /** Starts handing over. */
  open(): void {
    this.#held = false;
    this.#drain();
  }

  /** Takes out what waits, in order; someone else hands it over. */
  take(): readonly Item[] {
    const waiting = [...this.#waiting].sort(([one], [other]) => one - other);
    this.#waiting.clear();
    return waiting.map(([, item]) => item);
  }

  /** Goes on behind a number, also an earlier one: what lies before it the receiver got otherwise. */
  skipTo(number: number): void {
    this.#after = Math.min(this.#after, number);
    this.#position = number;
    for (const waiting of this.#waiting.keys())
      if (waiting <= number) this.#waiting.delete(waiting);
    if (!this.#held) this.#drain();
  }

  /** Takes over that the receiver now has the numbers after `after`, handed to it by someone else. */
  startBefore(after: number): void {
    this.#after = Math.min(this.#after, after);
  }

  #drain(): void {
    for (;;) {
      const next = this.#position + 1;
      const item = this.#waiting.get(next);
      if (item === undefined) return;
      this.#waiting.delete(next);
      this.#position = next;
      this.#handOver(item);
    }
  }
}
