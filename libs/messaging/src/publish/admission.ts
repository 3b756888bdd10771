/** What may be accepted and unconfirmed at once. A single call may overstep both. */
export interface AdmissionLimits {
  readonly count: number;
  readonly bytes: number;
}

/** Lets calls in, in their order, while there is room: the backpressure of a publisher. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #waiting: {
    readonly count: number;
    readonly bytes: number;
    readonly enter: () => void;
  }[] = [];
  #count = 0;
  #bytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Calls `enter` at once or, in the order of the calls, when there is room. */
  request(count: number, bytes: number, enter: () => void): void {
    if (this.#waiting.length > 0 || !this.#hasRoom) this.#waiting.push({ count, bytes, enter });
    else this.#enter(count, bytes, enter);
  }

  /** Gives the room of one message back. */
  release(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    while (this.#hasRoom) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#enter(next.count, next.bytes, next.enter);
    }
  }

  get #hasRoom(): boolean {
    return this.#count < this.#limits.count && this.#bytes < this.#limits.bytes;
  }

  #enter(count: number, bytes: number, enter: () => void): void {
    this.#count += count;
    this.#bytes += bytes;
    enter();
  }
}
