import { EmailRequested, OrderUpdateAnnounced } from '@mesh/contracts/catalog';
import { OrderStatus } from '@mesh/contracts/order';
import { emailText } from '../domain/email-text.js';
import { mailAddress } from '../domain/mail-address.js';
import { notificationOf } from '../domain/notification.js';
import type { OrderChange } from '../domain/order-change.js';
import type { NotificationTransaction } from './notification-store.js';

const statuses: Record<OrderChange['status'], OrderStatus> = {
  PLACED: OrderStatus.ORDER_STATUS_PLACED,
  CONFIRMED: OrderStatus.ORDER_STATUS_CONFIRMED,
  REJECTED: OrderStatus.ORDER_STATUS_REJECTED,
  CANCELLED: OrderStatus.ORDER_STATUS_CANCELLED,
};

/**
 * Tells a customer of a change of an order: the browsers at once, and by mail. Each change of an
 * order is told once, also when it is announced again under another event id.
 */
export class AnnounceOrderChange {
  readonly #mailDomain: string;

  constructor(options: { readonly mailDomain: string }) {
    this.#mailDomain = options.mailDomain;
  }

  /** @param traceparent of the trace that made the change */
  async execute(
    tx: NotificationTransaction,
    { change, traceparent }: { readonly change: OrderChange; readonly traceparent: string },
  ): Promise<void> {
    const notification = notificationOf(change);
    if (!(await tx.add(notification))) return;
    const { orderId, customerId, version, feedSequence, occurredAt, reason } = change;
    const status = statuses[change.status];
    await tx.append([
      OrderUpdateAnnounced.with({
        orderId,
        customerId,
        version,
        status,
        occurredAt,
        reason,
        traceparent,
        feedSequence,
      }),
      EmailRequested.with({
        ...notification,
        to: mailAddress(customerId, this.#mailDomain),
        ...emailText(change),
      }),
    ]);
  }
}
