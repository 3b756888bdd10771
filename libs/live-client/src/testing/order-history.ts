import type { OrderUpdated } from '../events.js';
import type { Message } from '../messages.js';

/** The changes of one customer's orders, as a gateway would tell them; a cursor is a number as text. */
export class OrderHistory {
  readonly updates: OrderUpdated[] = [];
  readonly #versions = new Map<string, number>();

  change(orderId: string): OrderUpdated {
    const version = (this.#versions.get(orderId) ?? 0) + 1;
    this.#versions.set(orderId, version);
    const update: OrderUpdated = {
      ...{ type: 'updated', orderId, version, status: version === 1 ? 'PLACED' : 'CONFIRMED' },
      ...{ occurredAt: '2026-01-01T00:00:00.000Z', traceparent: '', conflated: false },
      cursor: String(this.updates.length + 1),
    };
    this.updates.push(update);
    return update;
  }

  /** What a gateway sends in answer to the request of a topic. */
  after(request: object): OrderUpdated[] {
    const { orderId, afterVersion, cursor } = request as {
      readonly orderId?: string;
      readonly afterVersion?: number;
      readonly cursor?: string;
    };
    if (orderId === undefined) return this.updates.slice(Number(cursor ?? this.updates.length));
    return this.updates.filter(
      (update) => update.orderId === orderId && update.version > (afterVersion ?? 0),
    );
  }

  get cursor(): string {
    return String(this.updates.length);
  }
}

export const told = (update: OrderUpdated): Message => ({ name: 'order.updated', update });
