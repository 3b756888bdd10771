/** The last version seen of each of the things that changed last; forgets the others. */
export class KnownVersions {
  readonly #versions = new Map<string, number>();

  constructor(private readonly capacity = 1000) {}

  get(id: string): number | undefined {
    return this.#versions.get(id);
  }

  set(id: string, version: number): void {
    this.#versions.delete(id);
    this.#versions.set(id, version);
    if (this.#versions.size <= this.capacity) return;
    const [oldest] = this.#versions.keys();
    if (oldest !== undefined) this.#versions.delete(oldest);
  }

  clear(): void {
    this.#versions.clear();
  }
}
