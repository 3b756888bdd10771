import {
  ReservationRejected,
  StockChanged,
  StockReserved,
} from '@mesh/contracts/catalog/inventory';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog/order';
import type { Evidence, Stores, StoredEvent } from '../evidence.js';
import { lost, type Finding } from '../finding.js';

/** What each group that has an inbox handles, and of whose outbox. */
const groups = [
  { group: 'inventory', of: 'order', types: [OrderPlaced, OrderCancelled, OrderRejected] },
  {
    group: 'notifications',
    of: 'order',
    types: [OrderPlaced, OrderConfirmed, OrderRejected, OrderCancelled],
  },
  { group: 'order', of: 'inventory', types: [StockReserved, ReservationRejected] },
  { group: 'notifications.stock', of: 'inventory', types: [StockChanged] },
] as const;

/** Every event was handled by every group that it is for, whatever came of it. */
export function judgeInboxes(evidence: Evidence): Finding[] {
  return unhandled(evidence, () => true);
}

/**
 * No group has handled an event while an earlier one of its key is not handled: it was passed over for good,
 * since a group handles a key in its order. True at every moment.
 */
export function judgePassedOver(stores: Stores): Finding[] {
  return unhandled(stores, (after) => after);
}

function unhandled(
  { outboxes, inbox }: Pick<Stores, 'outboxes' | 'inbox'>,
  counts: (isBeforeHandled: boolean) => boolean,
): Finding[] {
  const handled = Map.groupBy(inbox, ({ group }) => group);
  return groups.flatMap(({ group, of, types }) => {
    const known = new Set(handled.get(group)?.map(({ eventId }) => eventId));
    const wanted: readonly string[] = types.map(({ type }) => type);
    const events = outboxes[of].filter(({ type }) => wanted.includes(type));
    return [...Map.groupBy(events, ({ key }) => key)].flatMap(([key, own]) => {
      const last = own.findLastIndex(({ id }) => known.has(id));
      return own.flatMap((event, at) =>
        known.has(event.id) || !counts(at < last) ? [] : notHandled(key, group, event),
      );
    });
  });
}

function notHandled(key: string, group: string, { type, id }: StoredEvent): Finding {
  return lost(key, `${group} never handled ${type} ${id}`);
}
