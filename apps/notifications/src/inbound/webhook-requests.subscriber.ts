import { WebhookRequested } from '@mesh/contracts/catalog/notifications';
import type { WebhookRequested as WebhookRequestedData } from '@mesh/contracts/notifications-events';
import { OrderStatus } from '@mesh/contracts/order';
import { RejectedError } from '@mesh/messaging';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import type { OrderStatus as Status } from '../domain/order-change.js';
import type { SendWebhook } from '../use-cases/send-webhook.js';
import { WebhookError, type Webhook, type WebhookEndpoint } from '../use-cases/webhook.js';
import { occurredAt } from './occurred-at.js';

const statuses: Partial<Record<OrderStatus, Status>> = {
  [OrderStatus.ORDER_STATUS_PLACED]: 'PLACED',
  [OrderStatus.ORDER_STATUS_CONFIRMED]: 'CONFIRMED',
  [OrderStatus.ORDER_STATUS_REJECTED]: 'REJECTED',
  [OrderStatus.ORDER_STATUS_CANCELLED]: 'CANCELLED',
};

/**
 * Sends the webhooks that were asked for: a handler for each endpoint, with a group and so a queue, a
 * circuit and retries of its own. An endpoint that is down keeps nobody waiting but itself; what is for
 * it waits in its queue. A webhook that an endpoint refuses for good becomes a dead letter. Webhooks of
 * one order reach an endpoint in their order. At least once: a crash between the answer and the ack
 * repeats it.
 */
export function webhookRequestsSubscriber(
  endpoints: readonly WebhookEndpoint[],
  sendWebhook: SendWebhook,
): object {
  // Decorators are for methods, and only the config knows how many there are.
  class WebhookRequestsSubscriber {}
  for (const { id, kinds } of endpoints) {
    const method = {
      value: async (event: ReceivedEvent<WebhookRequestedData>) => send(event, id, sendWebhook),
    };
    EventHandler(WebhookRequested, {
      group: `notifications.webhook.${id}`,
      filter: [...kinds].map((kind) => `webhook.${kind}`),
      delivery: 'at-least-once',
      // A new endpoint is not told what happened before.
      from: 'end',
      // A webhook that is refused keeps no other of its order.
      onFailure: 'skip',
      concurrency: 8,
      retry: { forMs: 900_000, minMs: 500, maxMs: 60_000 },
      breaker: { failures: 5, pauseMs: 10_000 },
    })(WebhookRequestsSubscriber.prototype, id, method);
    Object.defineProperty(WebhookRequestsSubscriber.prototype, `to:${id}`, method);
  }
  return new WebhookRequestsSubscriber();
}

async function send(
  event: ReceivedEvent<WebhookRequestedData>,
  endpointId: string,
  sendWebhook: SendWebhook,
): Promise<void> {
  try {
    const { signal } = event;
    await sendWebhook.execute({ webhook: webhookOf(event), endpointId, signal });
  } catch (error) {
    if (error instanceof WebhookError && !error.retryable) {
      throw new RejectedError('rejected', `${error.code}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function webhookOf(event: ReceivedEvent<WebhookRequestedData>): Webhook {
  const { notificationId, orderId, customerId, kind } = event.data;
  const { version, reason, traceparent, lines, total } = event.data;
  const status = statuses[event.data.status];
  if (status === undefined) {
    const message = `${notificationId} tells no change that is known: ${event.data.status}`;
    throw new WebhookError('WEBHOOK_INVALID', message);
  }
  return {
    ...{ notificationId, orderId, customerId, kind, traceparent },
    change: {
      ...{ orderId, customerId, version, status, occurredAt: occurredAt(event) },
      ...(reason !== undefined && { reason }),
      ...(total && { content: { lines, total } }),
    },
  };
}
