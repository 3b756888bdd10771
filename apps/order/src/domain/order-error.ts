export type OrderErrorCode =
  | 'VALIDATION_FAILED'
  | 'CURSOR_INVALID'
  | 'IDEMPOTENCY_KEY_REQUIRED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_IN_PROGRESS'
  | 'ORDER_NOT_FOUND'
  | 'ORDER_NOT_CANCELLABLE'
  | 'HISTORY_GONE'
  | 'SKU_UNKNOWN'
  | 'CURRENCIES_MIXED'
  | 'TOTAL_TOO_LARGE'
  | 'INVENTORY_UNAVAILABLE'
  | 'OVERLOADED';

/** One fault of a request; `path` is a JSON Pointer into it, such as `/lines/0/sku`. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export interface OrderErrorOptions {
  readonly errors?: readonly Fault[];
  /** When the same call may succeed; set on errors that pass by themselves. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Everything that order refuses, by a stable code. What it looks like in a protocol is decided at the edge. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
  readonly errors: readonly Fault[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: OrderErrorCode,
    message: string,
    options: OrderErrorOptions = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.errors = options.errors;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The same call may succeed later. */
  get retryable(): boolean {
    return this.retryAfterMs !== undefined;
  }
}
