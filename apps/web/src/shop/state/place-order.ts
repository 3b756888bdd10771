import { signal } from '@preact/signals';
import { ApiError, call } from '../../api.js';
import type { Order } from '../shop-api.js';
import { randomHex } from '../../random-id.js';
import { basket, lines } from './basket.js';
import { now } from './clock.js';
import { kept, thisTab } from '../../state/kept.js';
import { takeOrders } from './orders.js';
import { goToOrder } from './shop-route.js';
import { token } from '../../state/session.js';
import { newClick, tell, tellChange, traceparentOf } from './stories.js';
import { reportSpan } from './trace.js';

export const sending = signal(false);

/** The order that was sent and not answered; its key is used again as long as the basket is the same. */
const attempt = kept<{ readonly key: string; readonly body: string } | null>('attempt', {
  storage: thisTab,
  initial: () => null,
  parse: (stored) => {
    const { key, body } = (stored ?? {}) as { readonly key?: unknown; readonly body?: unknown };
    return typeof key === 'string' && typeof body === 'string' ? { key, body } : undefined;
  },
});

/**
 * Places what is in the basket and looks at it. A repeat after a failure, also after a reload, uses the same
 * Idempotency-Key as long as the basket is the same, so that a lost answer never becomes a second order.
 */
export async function placeOrder(): Promise<void> {
  if (sending.value) return;
  const body = { lines: lines.value };
  const text = JSON.stringify(body);
  const sent = attempt.value?.body === text ? attempt.value : { key: randomHex(16), body: text };
  attempt.value = sent;
  sending.value = true;
  const click = newClick('place', now());
  try {
    const order = await call<Order>('/v1/orders', {
      ...{ method: 'POST', token: token.value, body },
      headers: { 'idempotency-key': sent.key, traceparent: traceparentOf(click) },
    });
    const answeredAt = now();
    attempt.value = null;
    basket.value = {};
    tell(order.orderId, (story) => ({ ...story, clicks: [{ ...click, answeredAt }] }));
    const { version, status, createdAt: occurredAt } = order;
    if (version === 1) tellChange(order.orderId, { version, status, occurredAt });
    takeOrders([order]);
    goToOrder(order.orderId);
    void reportSpan({
      ...{ traceId: click.traceId, spanId: click.spanId, kind: 'client', name: 'place order' },
      ...{ start: click.clickedAt, end: answeredAt },
    });
  } catch (error) {
    const final = error instanceof ApiError && [400, 413, 422].includes(error.status);
    if (final) attempt.value = null;
    throw error;
  } finally {
    sending.value = false;
  }
}
