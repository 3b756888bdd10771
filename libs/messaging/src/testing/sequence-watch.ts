import type { Delivery } from '../delivery.js';

/** Sees what consumers handle: numbers within a key go up by one; repeats are allowed, gaps are not. */
export class SequenceWatch {
  fault: string | null = null;
  /** Different events. */
  handled = 0;
  readonly #next = new Map<string, number>();

  /** `work` is what handling the event takes. */
  async handle(delivery: Delivery, work: () => Promise<void>): Promise<void> {
    const key = String(delivery.key);
    const number = Number(Buffer.from(delivery.event().data ?? []).toString());
    const next = this.next(key);
    if (number > next)
      this.fault ??= `${key}: event ${number} came before event ${next} was handled`;
    await work();
    // A consumer that lost its connection and the one that has it again may do the same at once.
    if (number !== this.next(key)) return;
    this.#next.set(key, number + 1);
    this.handled += 1;
  }

  /** The number that has not been handled yet. */
  next(key: string): number {
    return this.#next.get(key) ?? 0;
  }
}
