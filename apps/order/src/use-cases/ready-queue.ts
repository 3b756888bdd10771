/** Answers that may wait before more requests are read. */
const ROOM = 64;

/** What waits for its turn, each once, in the order in which it came. Holds no more than there are members. */
export class ReadyQueue<Member> {
  readonly #members = new Set<Member>();
  #closed = false;
  #changed = Promise.withResolvers<void>();

  get closed(): boolean {
    return this.#closed;
  }

  add(member: Member): void {
    this.#members.add(member);
    this.#tell();
  }

  /** The next ones, taken out. */
  take(count: number): readonly Member[] {
    const taken: Member[] = [];
    for (const member of this.#members) {
      if (taken.length === count) break;
      this.#members.delete(member);
      taken.push(member);
    }
    this.#tell();
    return taken;
  }

  /** True when there is a member; false, at once, when it is closed. */
  async filled(): Promise<boolean> {
    while (this.#members.size === 0 && !this.#closed) await this.#changed.promise;
    return !this.#closed;
  }

  /** Waits until few wait, or it is closed. */
  async hasRoom(): Promise<void> {
    while (this.#members.size >= ROOM && !this.#closed) await this.#changed.promise;
  }

  close(): void {
    this.#closed = true;
    this.#tell();
  }

  #tell(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
