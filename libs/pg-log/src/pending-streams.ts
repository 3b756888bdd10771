/** PostgreSQL takes payloads below 8000 bytes. */
const MAX_BYTES = 7000;

/** Which streams were appended to and not yet announced. */
export class PendingStreams {
  readonly #streams = new Set<string>();
  /** Streams of which the name is not known were appended to. */
  #any = false;

  get isEmpty(): boolean {
    return !this.#any && this.#streams.size === 0;
  }

  add(streams: readonly string[] | undefined): void {
    if (streams === undefined) this.#any = true;
    else for (const stream of streams) this.#streams.add(stream);
  }

  /** What is pending as the end of a payload: names, or nothing for any stream. Forgets it. */
  take(): string {
    const names = [...this.#streams].map((stream) => ` ${encodeURIComponent(stream)}`).join('');
    const any = this.#any || names.length > MAX_BYTES;
    this.#streams.clear();
    this.#any = false;
    return any ? '' : names;
  }
}

/** Reads what {@link PendingStreams.take} wrote, cut at its spaces: undefined for any stream. */
export function announcedStreams(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names.map(decodeURIComponent);
}
