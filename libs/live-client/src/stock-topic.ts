import type { StockEvent } from './events.js';
import { KnownVersions } from './known-versions.js';
import type { Message } from './messages.js';
import type { Topic } from './topic.js';

/** Changes of stock from now on. What is missed while there is no connection is not sent again, but told. */
export class StockTopic implements Topic<StockEvent> {
  readonly name = 'stock';
  readonly afresh = false;
  readonly #known = new KnownVersions(10_000);
  #granted = false;

  request(): object {
    return { feed: 'stock' };
  }

  granted(): readonly StockEvent[] {
    const again = this.#granted;
    this.#granted = true;
    this.#known.clear();
    return again ? [{ type: 'resync', reason: 'RECONNECTED' }] : [];
  }

  refused(): boolean {
    return false;
  }

  received(message: Message): readonly StockEvent[] {
    if (message.name !== 'stock.updated') return [];
    const { sku, version } = message.update;
    if (version <= (this.#known.get(sku) ?? -1)) return [];
    this.#known.set(sku, version);
    return [message.update];
  }

  keyOf(event: StockEvent): string | undefined {
    return event.type === 'updated' ? event.sku : undefined;
  }

  conflated(_earlier: StockEvent, later: StockEvent): StockEvent {
    return later;
  }

  overflowed(): StockEvent {
    return { type: 'resync', reason: 'OVERFLOW' };
  }
}
