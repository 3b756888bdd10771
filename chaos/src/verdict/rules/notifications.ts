import {
  EmailRequested,
  OrderUpdateAnnounced,
  StockUpdateAnnounced,
} from '@mesh/contracts/catalog/notifications';
import { eventsOf, type Evidence, type Stores } from '../evidence.js';
import { doubled, lost, type Finding } from '../finding.js';
import { judgeSequence } from '../sequence.js';

/**
 * Each change of an order is announced to browsers once and in order, becomes one notification, and one
 * mail that is in the mailbox once; each change of stock is announced once and in order.
 */
export function judgeNotifications(evidence: Evidence): Finding[] {
  const { orders, stock, outboxes } = evidence;
  const orderNews = Map.groupBy(
    eventsOf(OrderUpdateAnnounced, outboxes.notifications),
    ({ key }) => key,
  );
  const stockNews = Map.groupBy(
    eventsOf(StockUpdateAnnounced, outboxes.notifications),
    ({ key }) => key,
  );
  const where = 'the outbox of notifications';
  return [
    ...orders.flatMap(({ orderId: key, version: last }) =>
      judgeSequence(
        (orderNews.get(key) ?? []).map(({ data }) => data.version),
        { key, where, last },
      ),
    ),
    ...stock.flatMap(({ sku: key, version: last }) =>
      judgeSequence(
        (stockNews.get(key) ?? []).map(({ data }) => data.version),
        { key, where, last },
      ),
    ),
    ...judgeMails(evidence),
  ];
}

/**
 * The part of it that holds at every moment: a notification and what asks for its mail commit together, and
 * what was announced of a key has no gap.
 */
export function judgeAnnounced({ notifications, outboxes }: Stores): Finding[] {
  const asked = Map.groupBy(
    eventsOf(EmailRequested, outboxes.notifications),
    ({ data }) => data.notificationId,
  );
  const news = [
    ...eventsOf(OrderUpdateAnnounced, outboxes.notifications),
    ...eventsOf(StockUpdateAnnounced, outboxes.notifications),
  ];
  return [
    ...notifications
      .filter(({ notificationId }) => !asked.has(notificationId))
      .map(({ orderId, notificationId }) =>
        lost(orderId, `no mail was asked for ${notificationId}`),
      ),
    ...[...Map.groupBy(news, ({ key }) => key)].flatMap(([key, events]) => {
      const versions = events.map(({ data }) => data.version);
      return judgeSequence(versions, {
        ...{ key, where: 'the outbox of notifications', last: Math.max(...versions) },
      });
    }),
  ];
}

function judgeMails({ orders, notifications, mails, outboxes }: Evidence): Finding[] {
  const wanted = orders.flatMap(({ orderId, version }) =>
    Array.from({ length: version }, (_, index) => [`${orderId}-v${index + 1}`, orderId] as const),
  );
  const rows = new Map(notifications.map((row) => [row.notificationId, row]));
  const places = [
    ['notifications has', rows.keys()],
    ['notifications asked for a mail', requested(outboxes.notifications)],
    ['the mailbox has', mails.map(({ notificationId }) => notificationId)],
  ] as const;
  return [
    ...places.flatMap(([where, ids]) => judgeIds(where, wanted, [...ids])),
    ...notifications
      .filter(({ status }) => status !== 'sent')
      .map(({ orderId, notificationId }) => lost(orderId, `${notificationId} was never sent`)),
  ];
}

function requested(events: Evidence['outboxes']['notifications']): string[] {
  return eventsOf(EmailRequested, events).map(({ data }) => data.notificationId);
}

function judgeIds(
  where: string,
  wanted: readonly (readonly [id: string, orderId: string])[],
  ids: readonly string[],
): Finding[] {
  const times = new Map<string, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  const known = new Set(wanted.map(([id]) => id));
  return [
    ...wanted.flatMap(([id, orderId]): Finding[] => {
      const count = times.get(id) ?? 0;
      if (count === 0) return [lost(orderId, `${where} no ${id}`)];
      return count === 1 ? [] : [doubled(orderId, `${where} ${id} ${count} times`)];
    }),
    ...[...times.keys()]
      .filter((id) => !known.has(id))
      .map((id) => doubled(id, `${where} ${id}, a change that there never was`)),
  ];
}
