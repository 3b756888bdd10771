import { createHash } from 'node:crypto';
import { OrderError } from '../domain/order-error.js';
import { newOrderId } from '../domain/order-id.js';
import type { Order } from '../domain/order.js';
import {
  type Placement,
  placement,
  pricedLines,
  type RequestedLine,
  requestedLines,
} from '../domain/placement.js';
import { appendPlaced } from './order-events.js';
import type { OrderStore } from './order-store.js';
import type { Prices } from './prices.js';

const MAX_KEY_LENGTH = 255;

export interface PlaceOrderOptions {
  readonly store: OrderStore;
  readonly prices: Prices;
  /** How long inventory may take to answer whether the stock is reserved. */
  readonly reservationTimeoutMs: number;
}

export interface PlaceOrderCommand {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly lines: readonly RequestedLine[];
}

export interface PlaceOrderResult {
  readonly order: Order;
  /** The key had placed this order before. */
  readonly replayed: boolean;
}

/**
 * Places an order once per customer and idempotency key, which is kept for 24 h: a repeat gets the
 * same order as it is now. Of two at the same time one places and the other waits for it.
 */
export class PlaceOrder {
  readonly #options: PlaceOrderOptions;

  constructor(options: PlaceOrderOptions) {
    this.#options = options;
  }

  /**
   * @throws OrderError IDEMPOTENCY_KEY_REQUIRED, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS,
   * VALIDATION_FAILED, SKU_UNKNOWN, CURRENCIES_MIXED, TOTAL_TOO_LARGE, INVENTORY_UNAVAILABLE
   */
  async execute(command: PlaceOrderCommand): Promise<PlaceOrderResult> {
    checkKey(command.idempotencyKey);
    const requestHash = hashOf(command.lines);
    let draft: Placement;
    try {
      draft = await this.#draft(command);
    } catch (error) {
      // A repeat gets its order back also when the lines could not be priced today.
      const replay = await this.#replay(command, requestHash);
      if (replay) return replay;
      throw error;
    }
    const placed = await this.#place(draft, { key: command.idempotencyKey, requestHash });
    if (placed) return { order: placed, replayed: false };
    const replay = await this.#replay(command, requestHash);
    if (replay) return replay;
    throw new OrderError(
      'IDEMPOTENCY_IN_PROGRESS',
      'The Idempotency-Key was released while this request waited for it; send the request again',
      { retryAfterMs: 1000 },
    );
  }

  async #draft({ customerId, lines }: PlaceOrderCommand): Promise<Placement> {
    const skus = requestedLines(lines).map(({ sku }) => sku);
    const priced = pricedLines(lines, await this.#options.prices.of(skus));
    return placement({ orderId: newOrderId(), customerId }, priced);
  }

  #place(
    draft: Placement,
    claim: { key: string; requestHash: string },
  ): Promise<Order | undefined> {
    return this.#options.store.transaction(async (tx) => {
      const update = await tx.place(draft, claim, this.#options.reservationTimeoutMs);
      if (!update) return undefined;
      await appendPlaced(tx, draft, update);
      const { version, status, reason, occurredAt } = update;
      return { ...draft, version, status, reason, createdAt: occurredAt, updatedAt: occurredAt };
    });
  }

  async #replay(
    { customerId, idempotencyKey }: PlaceOrderCommand,
    requestHash: string,
  ): Promise<PlaceOrderResult | undefined> {
    const earlier = await this.#options.store.findPlaced(customerId, idempotencyKey);
    if (!earlier) return undefined;
    if (earlier.requestHash !== requestHash) {
      throw new OrderError(
        'IDEMPOTENCY_KEY_REUSED',
        `The Idempotency-Key ${idempotencyKey} placed order ${earlier.order.orderId} with other lines; use a new key for a new order`,
      );
    }
    return { order: earlier.order, replayed: true };
  }
}

function checkKey(key: string): void {
  if (key === '') {
    throw new OrderError(
      'IDEMPOTENCY_KEY_REQUIRED',
      'Placing an order needs an Idempotency-Key, which makes it safe to send again',
    );
  }
  if (key.length > MAX_KEY_LENGTH || !/^[\x20-\x7e]+$/.test(key)) {
    const message = `must be 1 to ${MAX_KEY_LENGTH} printable ASCII characters`;
    throw new OrderError('VALIDATION_FAILED', `Idempotency-Key ${message}`, {
      errors: [{ path: '/idempotencyKey', message }],
    });
  }
}

function hashOf(lines: readonly RequestedLine[]): string {
  const canonical = JSON.stringify(lines.map(({ sku, quantity }) => [sku, quantity]));
  return createHash('sha256').update(canonical).digest('base64url');
}
