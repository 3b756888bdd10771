import type { EventDefinition } from '@mesh/contracts';

export type OrderStatus = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * What the one who asked knows of it.
 * - `accepted`: the mesh said so.
 * - `refused`: the mesh said, to the first and only request, that it won't be done.
 * - `unknown`: no answer came, or a refusal after an answer that got lost. What became of it stands in
 *   the data alone.
 */
export type Outcome<Answer = object> =
  | ({ readonly kind: 'accepted' } & Answer)
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly because: string };

interface Asked {
  /** Requests that were sent for it; each may have had its effect. */
  readonly attempts: number;
  /** When the first was sent, in ISO 8601. */
  readonly at: string;
}

export interface PlaceCommand extends Asked {
  readonly kind: 'place';
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly lines: readonly Line[];
  readonly outcome: Outcome<{ readonly orderId: string }>;
}

export interface CancelCommand extends Asked {
  readonly kind: 'cancel';
  readonly customerId: string;
  readonly orderId: string;
  readonly outcome: Outcome;
}

export interface SetStockCommand extends Asked {
  readonly kind: 'set-stock';
  readonly sku: string;
  /** No two commands of a run set the same number of a SKU: a change of stock tells whose it is. */
  readonly quantity: number;
  readonly outcome: Outcome;
}

export type Command = PlaceCommand | CancelCommand | SetStockCommand;

/** An event in the outbox of a service. */
export interface StoredEvent<Data = unknown> {
  readonly position: bigint;
  readonly id: string;
  readonly type: string;
  readonly key: string;
  /** The id of the event that it answers; undefined when a person caused it. */
  readonly causationId: string | undefined;
  readonly data: Data;
}

/** A message in a stream that every group sees. */
export interface StreamMessage {
  readonly stream: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly id: string;
  readonly key: string;
}

export interface OrderRow {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly reason: string | undefined;
  readonly lines: readonly Line[];
}

export interface OrderUpdateRow {
  readonly orderId: string;
  readonly customerId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly feedSequence: number;
}

export interface IdempotencyRow {
  readonly customerId: string;
  readonly key: string;
  readonly orderId: string;
}

export interface ReservationRow {
  readonly orderId: string;
  readonly status: 'reserved' | 'rejected' | 'released';
  readonly lines: readonly Line[];
}

export interface StockRow {
  readonly sku: string;
  readonly available: number;
  readonly version: number;
}

export interface NotificationRow {
  readonly notificationId: string;
  readonly orderId: string;
  readonly kind: string;
  readonly status: 'requested' | 'sent';
}

export interface MailFile {
  readonly file: string;
  readonly notificationId: string;
  readonly orderId: string;
  readonly kind: string;
}

/** What one client was told of the orders it watches, over all of its connections. */
export interface Sightings {
  /** Who watched what. */
  readonly watcher: string;
  readonly customerId: string;
  /** The order it watches; undefined for one that watches all of its customer's. */
  readonly orderId: string | undefined;
  /** In the order of their arrival. */
  readonly updates: readonly Sighting[];
}

export type Sighting =
  | { readonly kind: 'updated'; readonly orderId: string; readonly version: number }
  /** The client was given a snapshot and goes on after it. */
  | { readonly kind: 'resync'; readonly versions: ReadonlyMap<string, number> };

export interface DeadLetterRow {
  /** Whose database it is in, and of which side: `order outbox`, `notifications inbox`. */
  readonly place: string;
  readonly group: string;
  readonly type: string;
  readonly key: string | undefined;
  readonly eventId: string;
  readonly reason: string;
  readonly error: string;
}

/** That a group has handled an event. */
export interface InboxRow {
  readonly group: string;
  readonly eventId: string;
}

/** Everything that a run left behind: what was asked, what the stores hold, what people saw. */
export interface Evidence {
  readonly commands: readonly Command[];
  readonly orders: readonly OrderRow[];
  readonly updates: readonly OrderUpdateRow[];
  readonly keys: readonly IdempotencyRow[];
  readonly reservations: readonly ReservationRow[];
  readonly stock: readonly StockRow[];
  readonly notifications: readonly NotificationRow[];
  readonly mails: readonly MailFile[];
  readonly outboxes: Readonly<
    Record<'order' | 'inventory' | 'notifications', readonly StoredEvent[]>
  >;
  /** Of all services. */
  readonly inbox: readonly InboxRow[];
  /** The streams that can be read again, whole. */
  readonly messages: readonly StreamMessage[];
  readonly sightings: readonly Sightings[];
  readonly deadLetters: readonly DeadLetterRow[];
  /** What had not ended when patience did, in words. */
  readonly inFlight: readonly string[];
}

/** What the services' databases hold, each as it was at one moment; these moments differ. */
export type Stores = Pick<
  Evidence,
  'orders' | 'updates' | 'keys' | 'reservations' | 'stock' | 'notifications' | 'outboxes' | 'inbox'
>;

/** The events of one type, in their positions' order. */
export function eventsOf<Data>(
  definition: EventDefinition<Data>,
  events: readonly StoredEvent[],
): readonly StoredEvent<Data>[] {
  return events.filter(({ type }) => type === definition.type) as readonly StoredEvent<Data>[];
}
