import { LiveError } from './live-error.js';
import type { Topic } from './topic.js';

/** How much waits for a consumer that is slower than its events, and what becomes of more. */
export interface QueueOptions {
  /** Events that wait for a slow consumer; more cost memory, and show it more intermediate states. @default 1000 */
  readonly capacity?: number;
  /**
   * What becomes of more. `conflate`: of each thing the latest state stays; when that is not enough
   * either, a `resync` takes the place of all. `error`: the subscription ends with OVERFLOW. @default 'conflate'
   */
  readonly overflow?: 'conflate' | 'error';
}

type Describing<Event> = Pick<Topic<Event>, 'keyOf' | 'conflated' | 'overflowed'>;

/** Events on their way to the consumer of one subscription, in order; never more than its capacity. */
export class EventQueue<Event> {
  readonly #topic: Describing<Event>;
  readonly #capacity: number;
  readonly #conflates: boolean;
  #events: Event[] = [];

  constructor(
    topic: Describing<Event>,
    { capacity = 1000, overflow = 'conflate' }: QueueOptions = {},
  ) {
    if (!(capacity >= 1)) throw new RangeError(`capacity: at least 1, not ${capacity}`);
    this.#topic = topic;
    this.#capacity = capacity;
    this.#conflates = overflow === 'conflate';
  }

  get length(): number {
    return this.#events.length;
  }

  shift(): Event | undefined {
    return this.#events.shift();
  }

  clear(): void {
    this.#events = [];
  }

  /** @throws LiveError OVERFLOW when it is full and does not conflate */
  push(event: Event): void {
    if (this.#topic.keyOf(event) === undefined) this.clear();
    this.#events.push(event);
    if (this.#events.length <= this.#capacity) return;
    if (!this.#conflates) {
      throw new LiveError(
        'OVERFLOW',
        `The consumer is behind by more than ${this.#capacity} events`,
      );
    }
    this.#conflate();
    if (this.#events.length > this.#capacity) this.#events = [this.#topic.overflowed()];
  }

  /** Of each key the last event stays, in its place. */
  #conflate(): void {
    const last = new Map<string | undefined, Event>();
    for (const event of this.#events) {
      const key = this.#topic.keyOf(event);
      const earlier = last.get(key);
      last.delete(key);
      last.set(key, earlier === undefined ? event : this.#topic.conflated(earlier, event));
    }
    this.#events = [...last.values()];
  }
}
