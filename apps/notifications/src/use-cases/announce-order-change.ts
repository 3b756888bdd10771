import { EmailRequested, OrderUpdateAnnounced, WebhookRequested } from '@mesh/contracts/catalog';
import { OrderStatus } from '@mesh/contracts/order';
import { emailText } from '../domain/email-text.js';
import { mailAddress } from '../domain/mail-address.js';
import { notificationOf } from '../domain/notification.js';
import type { OrderChange } from '../domain/order-change.js';
import type { NotificationTransaction } from './notification-store.js';
import type { WebhookEndpoints } from './webhook.js';

const statuses: Record<OrderChange['status'], OrderStatus> = {
  PLACED: OrderStatus.ORDER_STATUS_PLACED,
  CONFIRMED: OrderStatus.ORDER_STATUS_CONFIRMED,
  REJECTED: OrderStatus.ORDER_STATUS_REJECTED,
  CANCELLED: OrderStatus.ORDER_STATUS_CANCELLED,
};

/**
 * Tells a customer of a change of an order: the browsers at once, and by mail; and the webhook
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

  /** @param traceparent of the trace that made the change */
  async execute(
    tx: NotificationTransaction,
    { change, traceparent }: { readonly change: OrderChange; readonly traceparent: string },
  ): Promise<void> {
    const notification = notificationOf(change);
    if (!(await tx.add(notification))) return;
    const { orderId, customerId, version, feedSequence, occurredAt, reason, content } = change;
    const status = statuses[change.status];
    const told = { version, status, occurredAt, reason, traceparent };
    const wanted = await this.#webhooks.wants(notification.kind);
    await tx.append([
      OrderUpdateAnnounced.with({ orderId, customerId, feedSequence, ...told }),
      EmailRequested.with({
        ...notification,
        to: mailAddress(customerId, this.#mailDomain),
        ...emailText(change),
      }),
      ...(wanted
        ? [WebhookRequested.with({ ...notification, ...told, ...contentOf(content) })]
        : []),
    ]);
  }
}

function contentOf(content: OrderChange['content']) {
  const lines = (content?.lines ?? []).map((line) => ({ ...line, unitPrice: line.unitPrice }));
  return { lines, total: content?.total };
}
