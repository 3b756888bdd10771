import { randomBytes } from 'node:crypto';
import type { Webhook, WebhookEndpoint } from '../src/use-cases/webhook.js';

export function aWebhook(changes: Partial<Webhook> = {}): Webhook {
  const order = { orderId: 'o-1', customerId: 'ann' };
  return {
    ...order,
    notificationId: 'o-1-v2',
    kind: 'order_confirmed',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    change: {
      ...order,
      version: 2,
      status: 'CONFIRMED',
      occurredAt: new Date('2026-01-02T03:04:05Z'),
    },
    ...changes,
  };
}

export function anEndpoint(url: string, changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  const kinds = new Set(['order_placed', 'order_confirmed']);
  return { id: 'shop', url: new URL(url), secrets: [randomBytes(32)], kinds, ...changes };
}

/** As a receiver is told its secret. */
export function secretText(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}
