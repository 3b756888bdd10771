import type { LiveUpdate } from './live-update.js';

/** `PLACED → CONFIRMED | REJECTED`, `PLACED or CONFIRMED → CANCELLED`. */
export type OrderState = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

/** One state change of one order. */
export interface OrderUpdate extends LiveUpdate {
  readonly status: OrderState;
  readonly reason?: string;
}
