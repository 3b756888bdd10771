import { createHmac } from 'node:crypto';
import { createEvent, toHttp } from '@mesh/envelope';
import { WebhookError, type Webhook } from '../use-cases/webhook.js';

/** What may be in a header, and has no full stop: that is what separates the parts that are signed. */
const idPattern = /^[A-Za-z0-9_-]{1,200}$/;

/**
 * The body of a webhook: a CloudEvent in structured JSON, made from the webhook alone, so that a
 * repeat has the same bytes.
 * @throws WebhookError WEBHOOK_INVALID
 */
export function webhookBody(webhook: Webhook): {
  readonly contentType: string;
  readonly body: Uint8Array;
} {
  const { notificationId, kind, change, traceparent } = webhook;
  if (!idPattern.test(notificationId)) {
    const message = `${JSON.stringify(notificationId)} can't be the id of a webhook: expected letters, digits, - and _`;
    throw new WebhookError('WEBHOOK_INVALID', message);
  }
  try {
    const event = createEvent({
      id: notificationId,
      source: '/notifications',
      type: `mesh.webhooks.v1.${kind}`,
      subject: change.orderId,
      time: change.occurredAt.toISOString(),
      datacontenttype: 'application/json',
      extensions: {
        partitionkey: change.orderId,
        ...(traceparent !== '' && { traceparent }),
      },
      data: Buffer.from(JSON.stringify(dataOf(change))),
    });
    const { headers, body } = toHttp(event, 'structured');
    return { contentType: headers['content-type'] ?? '', body: body ?? new Uint8Array() };
  } catch (cause) {
    const message = `${notificationId} can't be written: ${(cause as Error).message}`;
    throw new WebhookError('WEBHOOK_INVALID', message, { cause });
  }
}

/**
 * The headers that let a receiver verify a webhook; one signature a secret, separated by spaces.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(message: {
  readonly id: string;
  readonly sentAt: Date;
  readonly body: Uint8Array;
  readonly secrets: readonly Uint8Array[];
}): Readonly<Record<string, string>> {
  const { id, sentAt, body, secrets } = message;
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function dataOf(change: Webhook['change']) {
  const { orderId, customerId, version, status, occurredAt, reason, content } = change;
  return { orderId, customerId, version, status, occurredAt, reason, ...content };
}
