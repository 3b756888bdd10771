import type { Notification } from '../src/domain/notification.js';
import type { Mail } from '../src/use-cases/mail.js';

export function aMail(changes: Partial<Mail & Notification> = {}): Mail & Notification {
  return {
    notificationId: 'o-1-v2',
    orderId: 'o-1',
    customerId: 'ann',
    kind: 'order_confirmed',
    to: 'ann@customers.example',
    subject: 'Your order is confirmed',
    text: 'Hello,\n\nall is well.\n',
    date: new Date('2026-01-02T03:04:05Z'),
    ...changes,
  };
}
