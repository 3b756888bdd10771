import { computed, signal } from '@preact/signals';
import { call, type Order, type OrderStatus } from '../api.js';
import { basket, lines } from './basket.js';
import { orderSeen, type OrderUpdate } from './orders.js';
import { token } from './session.js';

/** What is known of the way of the order that was placed last; instants in ms since the epoch. */
interface Journey {
  readonly orderId?: string;
  readonly clickedAt: number;
  readonly committedAt?: number;
  readonly answeredAt?: number;
  readonly decidedAt?: number;
  readonly seenAt?: number;
  readonly status: OrderStatus | 'SENDING' | 'FAILED';
  readonly reason?: string;
}

export const journey = signal<Journey | undefined>(undefined);

/** Milliseconds from the click to each stop, or undefined while it is ahead. */
export const stops = computed(() => {
  const way = journey.value;
  const since = (at: number | undefined) =>
    way && at !== undefined ? Math.max(0, at - way.clickedAt) : undefined;
  return {
    committed: since(way?.committedAt),
    answered: since(way?.answeredAt),
    decided: since(way?.decidedAt),
    seen: since(way?.seenAt),
  };
});

const now = () => performance.timeOrigin + performance.now();
const early = new Map<string, { update: OrderUpdate; at: number }>();
let attempt: { key: string; body: string } | undefined;

/**
 * Places what is in the basket. A repeat after a failure uses the same Idempotency-Key as long as the
 * basket is the same, so that a lost answer never becomes a second order.
 */
export async function placeOrder(): Promise<void> {
  const body = { lines: lines.value };
  const text = JSON.stringify(body);
  if (attempt?.body !== text) attempt = { key: crypto.randomUUID(), body: text };
  const clickedAt = now();
  journey.value = { clickedAt, status: 'SENDING' };
  try {
    const order = await call<Order>('/v1/orders', {
      method: 'POST',
      token: token.value,
      body,
      headers: { 'idempotency-key': attempt.key },
    });
    attempt = undefined;
    basket.value = new Map();
    orderSeen(order);
    journey.value = {
      ...{ orderId: order.orderId, clickedAt, status: order.status },
      committedAt: Date.parse(order.createdAt),
      answeredAt: now(),
    };
    const ahead = early.get(order.orderId);
    if (ahead) arrived(ahead.update, ahead.at);
  } catch (error) {
    journey.value = { clickedAt, status: 'FAILED' };
    throw error;
  } finally {
    early.clear();
  }
}

/** A live update: of the order on its way it marks the last stops; one that overtakes the HTTP answer waits for it. */
export function journeyUpdated(update: OrderUpdate): void {
  arrived(update, now());
}

function arrived(update: OrderUpdate, at: number): void {
  const way = journey.value;
  if (way?.status === 'SENDING' && update.version > 1) early.set(update.orderId, { update, at });
  if (!way || way.orderId !== update.orderId || update.version < 2 || way.seenAt) return;
  const { status, reason } = update;
  const decidedAt = Date.parse(update.occurredAt);
  journey.value = { ...way, status, decidedAt, seenAt: at, ...(reason ? { reason } : {}) };
}
