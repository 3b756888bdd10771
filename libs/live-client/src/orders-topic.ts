import type { OrdersEvent, OrderUpdated, Resync } from './events.js';
import { KnownVersions } from './known-versions.js';
import type { LiveErrorCode } from './live-error.js';
import type { Message } from './messages.js';
import type { Topic } from './topic.js';

/** All of the customer's orders, from a cursor, or from now on. */
export class OrdersTopic implements Topic<OrdersEvent> {
  readonly name = 'orders';
  readonly #known = new KnownVersions();
  #cursor: string | undefined;
  #cursorRefused = false;

  constructor(cursor?: string) {
    this.#cursor = cursor;
  }

  /** For a place that was found after the topic was made, and before it is asked for. */
  goOnFrom(cursor: string | undefined): void {
    this.#cursor = cursor;
  }

  /** Nothing came before: its place is the cursor that it was granted with. */
  get afresh(): boolean {
    return this.#cursor === undefined && !this.#cursorRefused;
  }

  request(): object {
    return { feed: 'orders', ...(this.#cursor !== undefined && { cursor: this.#cursor }) };
  }

  granted(cursor = ''): readonly OrdersEvent[] {
    this.#cursor ??= cursor;
    if (!this.#cursorRefused) return [];
    this.#cursorRefused = false;
    return [this.#startOver('CURSOR_INVALID')];
  }

  refused(code: LiveErrorCode): boolean {
    const again = code === 'CURSOR_INVALID' && this.#cursor !== undefined;
    if (again) {
      this.#cursor = undefined;
      this.#cursorRefused = true;
    }
    return again;
  }

  received(message: Message): readonly OrdersEvent[] {
    if (message.name === 'resync' && message.orderId === undefined) {
      return [this.#resync(message.resync)];
    }
    if (message.name !== 'order.updated') return [];
    const { orderId, version, cursor, conflated } = message.update;
    this.#cursor = cursor;
    const known = this.#known.get(orderId);
    if (known !== undefined && version <= known) return [];
    this.#known.set(orderId, version);
    const leftOut = known !== undefined && version > known + 1;
    return [{ ...message.update, conflated: conflated || leftOut }];
  }

  keyOf(event: OrdersEvent): string | undefined {
    return event.type === 'updated' ? event.orderId : undefined;
  }

  conflated(_earlier: OrdersEvent, later: OrdersEvent): OrdersEvent {
    return { ...later, conflated: true } as OrderUpdated;
  }

  overflowed(): OrdersEvent {
    return this.#startOver('OVERFLOW');
  }

  #resync(resync: Resync): Resync {
    this.#cursor = resync.cursor;
    this.#known.clear();
    for (const { orderId, version } of resync.snapshot?.items ?? []) {
      this.#known.set(orderId, version);
    }
    return resync;
  }

  #startOver(reason: Resync['reason']): Resync {
    this.#known.clear();
    return { type: 'resync', reason, snapshot: null, cursor: this.#cursor ?? '' };
  }
}
