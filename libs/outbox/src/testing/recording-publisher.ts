import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import type { Message, Publisher } from '@mesh/messaging';

/** Confirms everything and keeps it in the order of confirmation, unless `refuse` throws. */
export class RecordingPublisher implements Publisher {
  readonly published: Message[] = [];
  /** Sizes of the calls. */
  readonly calls: number[] = [];
  /** Looks at each call before anything of it is confirmed; what it throws is thrown to the caller. */
  refuse: (messages: readonly Message[], confirm: (message: Message) => void) => void = () => {};
  /** Calls that are under way, and the keys of each. */
  readonly #underWay = new Set<ReadonlySet<string>>();
  /** Keys that were in two unconfirmed calls at once. */
  readonly shared: string[] = [];

  async publish(messages: readonly Message[]): Promise<void> {
    const keys = new Set(messages.map(({ key }) => key).filter((key) => key !== null));
    for (const other of this.#underWay)
      this.shared.push(...[...keys].filter((key) => other.has(key)));
    this.#underWay.add(keys);
    this.calls.push(messages.length);
    await new Promise((resolve) => setImmediate(resolve));
    this.#underWay.delete(keys);
    this.refuse(messages, (message) => this.published.push(message));
    this.published.push(...messages);
  }

  async close(): Promise<void> {}

  /** For tests that publish more than fits into memory. */
  forget(): void {
    this.published.length = 0;
  }

  /** The numbers of the GaugeChanged events of each key, in the order of publishing. */
  versions(): Map<string, number[]> {
    const versions = new Map<string, number[]>();
    for (const message of this.published) {
      const known = versions.get(message.key ?? '') ?? [];
      versions.set(message.key ?? '', known);
      known.push(versionOf(message));
    }
    return versions;
  }
}

/** The number of a GaugeChanged event within its key. */
export function versionOf({ event }: Message): number {
  return GaugeChanged.schema.decode(event.data ?? new Uint8Array()).version;
}
