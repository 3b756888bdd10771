import type { PublishCall } from '../../publish/publish-call.js';
import type { Outgoing } from './outgoing.js';

/** A message on its way through the publisher. */
export interface Queued {
  readonly out: Outgoing;
  readonly call: PublishCall;
  /** In its call. */
  readonly index: number;
  /** When it is refused, in milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * What may be sent when: in the order in which it was added, but a message waits while another of
 * its order is on its way.
 */
export class SendQueue {
  /** Not looked at yet, read from `#head`. */
  #added: Queued[] = [];
  #head = 0;
  /** By order, for those with a message on its way: what waits behind it. */
  readonly #behind = new Map<string, Queued[]>();
  readonly #flying = new Set<Queued>();
  #flyingBytes = 0;
  #waiting = 0;

  /** Of everything that is not settled. */
  get size(): number {
    return this.#added.length - this.#head + this.#waiting + this.#flying.size;
  }

  /** Of what is on its way. */
  get flying(): { readonly count: number; readonly bytes: number } {
    return { count: this.#flying.size, bytes: this.#flyingBytes };
  }

  add(queued: Queued): void {
    this.#added.push(queued);
  }

  /** The next message to look at. */
  get first(): Queued | undefined {
    return this.#added[this.#head];
  }

  /** Takes the first message: to be sent now when that is allowed, else when its turn has come. */
  takeFirst(): Queued | null {
    const queued = this.first;
    if (queued === undefined) return null;
    this.#head += 1;
    if (this.#head === this.#added.length || this.#head > 1024) {
      this.#added.splice(0, this.#head);
      this.#head = 0;
    }
    const { order } = queued.out;
    const behind = order === null ? undefined : this.#behind.get(order);
    if (behind !== undefined) {
      behind.push(queued);
      this.#waiting += 1;
      return null;
    }
    if (order !== null) this.#behind.set(order, []);
    this.#fly(queued);
    return queued;
  }

  /** Ends the flight of a message; false when it is over already. */
  land(queued: Queued): boolean {
    if (!this.#flying.delete(queued)) return false;
    this.#flyingBytes -= queued.out.bytes;
    return true;
  }

  /** The message to send now that the one before it in its order is confirmed. */
  takeNext(order: string | null): Queued | null {
    const next = order === null ? undefined : this.#behind.get(order)?.shift();
    if (next === undefined) {
      if (order !== null) this.#behind.delete(order);
      return null;
    }
    this.#waiting -= 1;
    this.#fly(next);
    return next;
  }

  /** Takes out all that is not on its way of an order: sent now, it would overtake a refused message. */
  removeOrder(order: string | null): readonly Queued[] {
    if (order === null) return [];
    const behind = this.#behind.get(order) ?? [];
    this.#behind.delete(order);
    this.#waiting -= behind.length;
    const rest = this.#added.slice(this.#head);
    this.#head = 0;
    this.#added = rest.filter(({ out }) => out.order !== order);
    return [...behind, ...rest.filter(({ out }) => out.order === order)];
  }

  /** Takes out the first message with all others of its order that are not on their way. */
  removeFirst(): readonly Queued[] {
    const queued = this.first;
    if (queued === undefined) return [];
    if (queued.out.order !== null) return this.removeOrder(queued.out.order);
    this.#head += 1;
    return [queued];
  }

  /** Takes out what was not looked at yet of a target. */
  removeTarget({ kind, name }: Outgoing['target']): readonly Queued[] {
    const isTo = ({ out: { target } }: Queued) => target.kind === kind && target.name === name;
    const rest = this.#added.slice(this.#head);
    this.#head = 0;
    this.#added = rest.filter((queued) => !isTo(queued));
    return rest.filter(isTo);
  }

  removeAll(): readonly Queued[] {
    const all = [
      ...this.#flying,
      ...[...this.#behind.values()].flat(),
      ...this.#added.slice(this.#head),
    ];
    this.#flying.clear();
    this.#flyingBytes = 0;
    this.#behind.clear();
    this.#waiting = 0;
    this.#added = [];
    this.#head = 0;
    return all;
  }

  /** On its way since before the deadline. */
  flyingUntil(now: number): readonly Queued[] {
    return [...this.#flying].filter(({ deadline }) => deadline <= now);
  }

  allFlying(): readonly Queued[] {
    return [...this.#flying];
  }

  #fly(queued: Queued): void {
    this.#flying.add(queued);
    this.#flyingBytes += queued.out.bytes;
  }
}
