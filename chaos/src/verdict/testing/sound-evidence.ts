import type { EventDefinition } from '@mesh/contracts';
import {
  ReservationRejected,
  ReservationReleased,
  StockChanged,
  StockReserved,
} from '@mesh/contracts/catalog/inventory';
import {
  EmailRequested,
  OrderUpdateAnnounced,
  StockUpdateAnnounced,
} from '@mesh/contracts/catalog/notifications';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog/order';
import type { Evidence, OrderStatus, StoredEvent } from '../evidence.js';

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
type Draft = {
  -readonly [Name in keyof Evidence]: Evidence[Name] extends readonly (infer One)[]
    ? Writable<One>[]
    : Record<'order' | 'inventory' | 'notifications', Writable<StoredEvent>[]>;
};

const statuses = {
  [OrderPlaced.type]: 'PLACED',
  [OrderConfirmed.type]: 'CONFIRMED',
  [OrderRejected.type]: 'REJECTED',
  [OrderCancelled.type]: 'CANCELLED',
} as const satisfies Record<string, OrderStatus>;

/** Groups that have an inbox. */
const readers = {
  order: ['inventory', 'notifications'],
  inventory: ['order', 'notifications.stock'],
  notifications: [],
} as const;

/**
 * What a run leaves behind in which all went well: MUG has 10, an operator sets it to 5; customer `ann` has
 * the orders `stands` (2, confirmed), `back` (1, confirmed and cancelled) and `short` (9, rejected). Its
 * parts may be changed, to see what is found then.
 */
export function soundEvidence(): Draft {
  const draft: Draft = {
    ...{ commands: [], orders: [], updates: [], keys: [], reservations: [], stock: [] },
    ...{
      notifications: [],
      mails: [],
      inbox: [],
      messages: [],
      sightings: [],
      deadLetters: [],
      inFlight: [],
    },
    outboxes: { order: [], inventory: [], notifications: [] },
  };
  const mug = { sku: 'MUG', available: 0, version: 0 };
  let position = 0n;
  let feedSequence = 0;

  const append = (
    service: keyof Draft['outboxes'],
    { type, stream }: Pick<EventDefinition, 'type' | 'stream'>,
    { key, cause, data }: { key: string; cause?: string | undefined; data: object },
  ) => {
    position += 1n;
    const id = `e${position}`;
    draft.outboxes[service].push({ position, id, type, key, causationId: cause, data });
    if (stream.kind === 'log')
      draft.messages.push({ stream: stream.name, partition: 0, offset: position, id, key });
    for (const group of readers[service]) draft.inbox.push({ group, eventId: id });
    return id;
  };
  const moveStock = (available: number, cause?: string) => {
    Object.assign(mug, { available, version: mug.version + 1 });
    const data = { ...mug };
    const id = append('inventory', StockChanged, { key: 'MUG', cause, data });
    append('notifications', StockUpdateAnnounced, { key: 'MUG', cause: id, data });
  };
  const change = (orderId: string, definition: { type: string }, cause?: string) => {
    const order = draft.orders.find((one) => one.orderId === orderId)!;
    const status = statuses[definition.type]!;
    order.version += 1;
    order.status = status;
    feedSequence += 1;
    const { version, customerId } = order;
    draft.updates.push({ orderId, customerId, version, status, feedSequence });
    const data = { orderId, version };
    const of = { key: orderId, cause, data };
    const id = append('order', definition as EventDefinition, of);
    const notificationId = `${orderId}-v${version}`;
    const mail = { notificationId, orderId, kind: `order_${status.toLowerCase()}` };
    append('notifications', OrderUpdateAnnounced, { key: orderId, cause: id, data });
    append('notifications', EmailRequested, { key: orderId, cause: id, data: mail });
    draft.notifications.push({ ...mail, status: 'sent' });
    draft.mails.push({ ...mail, file: `${notificationId}.eml` });
    return id;
  };
  const place = (orderId: string, quantity: number) => {
    const lines = [{ sku: 'MUG', quantity }];
    const idempotencyKey = `key of ${orderId}`;
    const by = { customerId: 'ann', lines };
    const asked = { attempts: 1, at: '2026-11-21T10:00:00.000Z' };
    const outcome = { kind: 'accepted', orderId } as const;
    draft.commands.push({ kind: 'place', ...by, ...asked, idempotencyKey, outcome });
    draft.keys.push({ customerId: 'ann', key: idempotencyKey, orderId });
    draft.orders.push({ orderId, ...by, status: 'PLACED', version: 0, reason: undefined });
    const placed = change(orderId, OrderPlaced);
    const enough = mug.available >= quantity;
    draft.reservations.push({ orderId, lines, status: enough ? 'reserved' : 'rejected' });
    if (enough) moveStock(mug.available - quantity, placed);
    const answer = { key: orderId, cause: placed, data: { orderId } };
    const told = append('inventory', enough ? StockReserved : ReservationRejected, answer);
    change(orderId, enough ? OrderConfirmed : OrderRejected, told);
  };
  const cancel = (orderId: string, quantity: number) => {
    const asked = { attempts: 1, at: '2026-11-21T10:00:01.000Z', customerId: 'ann' };
    draft.commands.push({ kind: 'cancel', orderId, ...asked, outcome: { kind: 'accepted' } });
    const cause = change(orderId, OrderCancelled);
    draft.reservations.find((one) => one.orderId === orderId)!.status = 'released';
    moveStock(mug.available + quantity, cause);
    append('inventory', ReservationReleased, { key: orderId, cause, data: { orderId } });
  };

  moveStock(10);
  place('stands', 2);
  place('back', 1);
  const set = { kind: 'set-stock', sku: 'MUG', quantity: 5 } as const;
  const outcome = { kind: 'accepted' } as const;
  draft.commands.push({ ...set, attempts: 1, at: '2026-11-21T10:00:02.000Z', outcome });
  moveStock(5);
  place('short', 9);
  cancel('back', 1);
  draft.stock.push(mug);
  draft.sightings.push({
    ...{ watcher: 'the feed of ann', customerId: 'ann', orderId: undefined },
    updates: draft.updates.map(({ orderId, version }) => ({ kind: 'updated', orderId, version })),
  });
  return draft;
}
