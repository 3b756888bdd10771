/** As many as a service's code has with room to spare; texts that are put together anew each time must not fill the server. */
const MOST = 300;

/**
 * Names statements by their text, so that each connection parses and plans one once. The first
 * ones that are asked for get a name, and keep it.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();

  constructor(private readonly most: number = MOST) {}

  /** The name of a text on every connection, or undefined when it is to be sent whole each time. */
  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= this.most) return known;
    const name = `kit-${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}
