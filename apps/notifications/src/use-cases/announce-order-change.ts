import {
  EmailRequested,
  OrderUpdateAnnounced,
  WebhookRequested,
} from '@mesh/contracts/catalog/notifications';
import { OrderStatus } from '@mesh/contracts/order';
import { emailText } from '../domain/email-text.js';
import { mailAddress } from '../domain/mail-address.js';
import { notificationOf } from '../domain/notification.js';
import type { OrderChange } from '../domain/order-change.js';
import type { Cause, CausedEvent, NotificationTransaction } from './notification-store.js';
import type { WebhookEndpoints } from './webhook.js';

const statuses: Record<OrderChange['status'], OrderStatus> = {
  PLACED: OrderStatus.ORDER_STATUS_PLACED,
  CONFIRMED: OrderStatus.ORDER_STATUS_CONFIRMED,
  REJECTED: OrderStatus.ORDER_STATUS_REJECTED,
  CANCELLED: OrderStatus.ORDER_STATUS_CANCELLED,
};

/** A change to be told. */
export interface Announcement {
  readonly change: OrderChange;
  /** Of the trace that made the change. */
  readonly traceparent: string;
  readonly cause: Cause;
}

/**
 * Tells customers of changes of their orders: the browsers at once, and by mail; and the webhook
 * endpoints that want its kind. Each change of an order is told once, also when it is announced again
 * under another event id.
 */
export class AnnounceOrderChange {
  readonly #mailDomain: string;
  readonly #webhooks: Pick<WebhookEndpoints, 'wants'>;

  constructor(options: {
    readonly mailDomain: string;
    readonly webhooks: Pick<WebhookEndpoints, 'wants'>;
  }) {
    this.#mailDomain = options.mailDomain;
    this.#webhooks = options.webhooks;
  }

  /** One statement each for what is noted and what is appended, for any number of changes. */
  async execute(
    tx: NotificationTransaction,
    announcements: readonly Announcement[],
  ): Promise<void> {
    const fresh = new Set(await tx.add(announcements.map(({ change }) => notificationOf(change))));
    // Of a change that comes twice at once, the first counts.
    const told = announcements.filter(({ change }) =>
      fresh.delete(notificationOf(change).notificationId),
    );
    const events = await Promise.all(told.map((announcement) => this.#eventsOf(announcement)));
    if (told.length > 0) await tx.append(events.flat());
  }

  async #eventsOf({ change, traceparent, cause }: Announcement): Promise<CausedEvent[]> {
    const notification = notificationOf(change);
    const { orderId, customerId, version, feedSequence, occurredAt, reason, content } = change;
    const status = statuses[change.status];
    const told = { version, status, occurredAt, reason, traceparent };
    const wanted = await this.#webhooks.wants(notification.kind);
    const events = [
      OrderUpdateAnnounced.with({ orderId, customerId, feedSequence, ...told }),
      EmailRequested.with({
        ...notification,
        to: mailAddress(customerId, this.#mailDomain),
        ...emailText(change),
      }),
      ...(wanted
        ? [WebhookRequested.with({ ...notification, ...told, ...contentOf(content) })]
        : []),
    ];
    return events.map((event) => ({ ...event, cause }));
  }
}

function contentOf(content: OrderChange['content']) {
  const lines = (content?.lines ?? []).map((line) => ({ ...line, unitPrice: line.unitPrice }));
  return { lines, total: content?.total };
}
