import type { CloudEvent } from '@mesh/envelope';
import type { Delivery } from '../delivery.js';

/** What arrived, by event id. */
export class Received {
  readonly #events = new Map<string, CloudEvent>();
  /** More than one delivery of the same event. */
  repeats = 0;

  /** A handler that takes everything. */
  readonly handler = async (delivery: Delivery): Promise<void> => this.add(delivery.event());

  add(event: CloudEvent): void {
    if (this.#events.has(event.id)) this.repeats += 1;
    this.#events.set(event.id, event);
  }

  get size(): number {
    return this.#events.size;
  }

  get(id: string): CloudEvent | undefined {
    return this.#events.get(id);
  }

  has(id: string): boolean {
    return this.#events.has(id);
  }

  ids(): readonly string[] {
    return [...this.#events.keys()];
  }

  hasAll(ids: readonly string[]): boolean {
    return this.#events.size >= ids.length && ids.every((id) => this.#events.has(id));
  }

  /** For a broken rule's message. */
  missing(ids: readonly string[]): string {
    const missing = ids.filter((id) => !this.#events.has(id));
    return `${missing.length} of ${ids.length} events did not arrive, such as ${missing[0]}`;
  }
}
