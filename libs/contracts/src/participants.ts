import type { Stream } from './event-definition.js';
import { inventoryStream, notificationsStream, orderStream } from './event-catalog.js';

/** A group of consumers of a stream. */
export interface Group {
  /** The name of the group; a family of groups begins with it. */
  readonly name: string;
  readonly stream: Stream;
  /** `one` for all replicas; `each-replica` one of its own (name and an id); `family` one for each of what config names. */
  readonly shared: 'one' | 'each-replica' | 'family';
  /** On a work stream: what is bound to its queue. A family's patterns depend on config. */
  readonly filter?: readonly string[];
}

/** What a service does with streams; what it needs to be let do at the brokers follows from it. */
export interface Participant {
  readonly service: string;
  readonly publishes: readonly Stream[];
  readonly groups: readonly Group[];
}

/** Who takes part in the streams. A test compares it with the handlers in the code. */
export const participants: readonly Participant[] = [
  {
    service: 'order',
    publishes: [orderStream],
    groups: [{ name: 'order', stream: inventoryStream, shared: 'one' }],
  },
  {
    service: 'inventory',
    publishes: [inventoryStream],
    groups: [
      { name: 'inventory', stream: orderStream, shared: 'one' },
      { name: 'inventory.watch', stream: inventoryStream, shared: 'each-replica' },
    ],
  },
  {
    service: 'notifications',
    publishes: [notificationsStream],
    groups: [
      { name: 'notifications', stream: orderStream, shared: 'one' },
      { name: 'notifications.stock', stream: inventoryStream, shared: 'one' },
      {
        ...({ name: 'notifications.email', stream: notificationsStream, shared: 'one' } as const),
        filter: ['email.#'],
      },
      { name: 'notifications.webhook', stream: notificationsStream, shared: 'family' },
    ],
  },
  {
    service: 'gateway',
    publishes: [],
    groups: [
      {
        ...({ name: 'gateway', stream: notificationsStream, shared: 'each-replica' } as const),
        filter: ['browser.#', 'stock.#'],
      },
    ],
  },
];
