import { signal } from '@preact/signals';
import { call, type Order, type OrderStatus } from '../api.js';
import { token } from './session.js';

/** What the live namespace says of one change. */
export interface OrderUpdate {
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly occurredAt: string;
  readonly reason?: string;
  readonly cursor?: string;
}

/** The customer's latest orders, newest first; undefined until they are loaded. */
export const orders = signal<readonly Order[] | undefined>(undefined);

export async function loadOrders(): Promise<void> {
  const page = await call<{ items: Order[] }>('/v1/orders?limit=20', { token: token.value });
  const kept = new Map(orders.value?.map((order) => [order.orderId, order]));
  orders.value = page.items.map((order) => newer(order, kept.get(order.orderId)));
}

/** Puts an order in its place unless the page knows a later version of it. */
export function orderSeen(order: Order): void {
  const known = orders.value?.find((one) => one.orderId === order.orderId);
  const others = orders.value?.filter((one) => one !== known) ?? [];
  orders.value = [newer(order, known), ...others].sort((a, b) =>
    b.createdAt.localeCompare(a.createdAt),
  );
}

/** Applies a change; an order placed elsewhere is fetched. */
export async function orderUpdated(update: OrderUpdate): Promise<void> {
  const known = orders.value?.find((one) => one.orderId === update.orderId);
  if (known) {
    const { version, status, occurredAt, reason } = update;
    orderSeen({ ...known, version, status, updatedAt: occurredAt, ...(reason ? { reason } : {}) });
    return;
  }
  orderSeen(await call<Order>(`/v1/orders/${update.orderId}`, { token: token.value }));
}

export async function cancelOrder(orderId: string): Promise<void> {
  orderSeen(
    await call<Order>(`/v1/orders/${orderId}/cancel`, { method: 'POST', token: token.value }),
  );
}

const newer = (a: Order, b: Order | undefined): Order => (b && b.version > a.version ? b : a);
