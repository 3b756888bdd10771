import { computed, signal } from '@preact/signals';
import { ApiError, call } from '../../api.js';
import type { Order } from '../shop-api.js';
import { now } from './clock.js';
import { token } from '../../state/session.js';
import { newClick, tell, tellChange, traceparentOf, type Change } from './stories.js';
import { reportSpan } from './trace.js';

/** What the live namespace says of one change. */
export interface OrderUpdate extends Change {
  readonly orderId: string;
}

/** The customer's orders, newest first, as far as they were loaded; undefined until then. */
export const orders = signal<readonly Order[] | undefined>(undefined);
export const olderFrom = signal<string | null>(null);
export const orderById = computed(
  () => new Map(orders.value?.map((order) => [order.orderId, order])),
);

interface Page {
  readonly items: readonly Order[];
  readonly nextCursor: string | null;
}

/** The newest orders, or with `after` those behind that cursor. */
export async function loadOrders(after?: string): Promise<void> {
  const query = after === undefined ? '' : `&cursor=${encodeURIComponent(after)}`;
  const page = await call<Page>(`/v1/orders?limit=20${query}`, { token: token.value });
  const begun = orders.value === undefined || after !== undefined;
  takeOrders(page.items);
  if (begun) olderFrom.value = page.nextCursor;
}

/** Puts orders in their places unless the page knows a later version. */
export function takeOrders(news: readonly Order[]): void {
  const all = new Map(orderById.value);
  for (const order of news) {
    const known = all.get(order.orderId);
    if (!known || known.version < order.version) all.set(order.orderId, order);
  }
  orders.value = [...all.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** Reads an order that is looked at and not in the list. @throws ApiError ORDER_NOT_FOUND */
export async function loadOrder(orderId: string): Promise<void> {
  takeOrders([await call<Order>(`/v1/orders/${orderId}`, { token: token.value })]);
}

/** Applies a change; an order placed elsewhere is fetched. */
export async function orderUpdated({ orderId, ...change }: OrderUpdate): Promise<void> {
  tellChange(orderId, change);
  const known = orderById.value.get(orderId);
  if (!known) return loadOrder(orderId);
  const { version, status, occurredAt, reason } = change;
  takeOrders([{ ...known, version, status, updatedAt: occurredAt, ...(reason ? { reason } : {}) }]);
}

export async function cancelOrder(orderId: string): Promise<void> {
  const click = newClick('cancel', now());
  const order = await call<Order>(`/v1/orders/${orderId}/cancel`, {
    method: 'POST',
    token: token.value,
    headers: { traceparent: traceparentOf(click) },
  });
  const answeredAt = now();
  tell(orderId, (story) => ({
    ...story,
    clicks: [...story.clicks, { ...click, answeredAt }],
  }));
  takeOrders([order]);
  void reportSpan({
    ...{ traceId: click.traceId, spanId: click.spanId, kind: 'client', name: 'cancel order' },
    ...{ start: click.clickedAt, end: answeredAt },
  });
}

export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404;
