/** A handed-over offset. */
export interface Handed {
  readonly offset: number;
  finished: boolean;
}

/**
 * How far one partition is: what was handed over, and up to where everything is finished, which is
 * what may be committed.
 */
export class PartitionProgress {
  readonly #lost = new AbortController();
  /** In the order of their offsets, read from `#head`. */
  readonly #handed: Handed[] = [];
  #head = 0;
  #next: number | null;
  #committable: number | null;
  #committed: number | null = null;

  /** `start`: where to begin when the group has no offset here; null leaves that to the broker. */
  constructor(start: number | null) {
    this.#next = start;
    this.#committable = start;
  }

  /** The next offset to read; null until the first one was. */
  get next(): number | null {
    return this.#next;
  }

  /** Aborted when the partition is given away. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** What is not committed yet and may be. */
  get uncommitted(): number | null {
    return this.#committable === this.#committed ? null : this.#committable;
  }

  handOver(offset: number): Handed {
    const handed = { offset, finished: false };
    this.#handed.push(handed);
    this.#next = offset + 1;
    return handed;
  }

  /** Whether more may be committed now. */
  finish(handed: Handed): boolean {
    handed.finished = true;
    const before = this.#committable;
    for (let first = this.#handed[this.#head]; first?.finished; first = this.#handed[this.#head]) {
      this.#committable = first.offset + 1;
      this.#head += 1;
    }
    if (this.#head === this.#handed.length || this.#head > 1024) {
      this.#handed.splice(0, this.#head);
      this.#head = 0;
    }
    return this.#committable !== before;
  }

  committed(offset: number): void {
    this.#committed = offset;
  }

  lose(): void {
    this.#lost.abort();
  }
}
