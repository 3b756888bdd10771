import type { OrderEvent } from './events.js';
import type { Message } from './messages.js';
import type { Topic } from './topic.js';

/** The updates of one order after a version. */
export class OrderTopic implements Topic<OrderEvent> {
  readonly name: string;
  readonly afresh = false;
  readonly #orderId: string;
  #version: number;
  #last: OrderEvent | undefined;

  constructor(orderId: string, afterVersion: number) {
    this.name = `order ${orderId}`;
    this.#orderId = orderId;
    this.#version = afterVersion;
  }

  request(): object {
    return { orderId: this.#orderId, afterVersion: this.#version };
  }

  granted(): readonly OrderEvent[] {
    return [];
  }

  refused(): boolean {
    return false;
  }

  received(message: Message): readonly OrderEvent[] {
    if (message.name === 'resync') return this.#resync(message);
    if (message.name !== 'order.updated' || message.update.orderId !== this.#orderId) return [];
    const { version } = message.update;
    if (version <= this.#version) return [];
    this.#last = { ...message.update, conflated: version > this.#version + 1 };
    this.#version = version;
    return [this.#last];
  }

  keyOf(event: OrderEvent): string | undefined {
    return event.type === 'updated' ? this.#orderId : undefined;
  }

  conflated(_earlier: OrderEvent, later: OrderEvent): OrderEvent {
    return { ...later, conflated: true } as OrderEvent;
  }

  /** Behind a resync there is at most one update after conflation. */
  overflowed(): OrderEvent {
    return { ...(this.#last as OrderEvent), conflated: true } as OrderEvent;
  }

  #resync({ orderId, resync }: Extract<Message, { name: 'resync' }>): readonly OrderEvent[] {
    if (orderId !== this.#orderId) return [];
    const order = resync.snapshot?.items.find((one) => one.orderId === orderId);
    this.#version = order?.version ?? this.#version;
    this.#last = resync;
    return [resync];
  }
}
