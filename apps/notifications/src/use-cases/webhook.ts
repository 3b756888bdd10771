import type { Notification } from '../domain/notification.js';
import type { OrderChange } from '../domain/order-change.js';

/** One change of one order, as webhooks tell it: the same to every endpoint, and on every repeat. */
export interface Webhook extends Notification {
  readonly change: Omit<OrderChange, 'feedSequence'>;
  /** Of the trace that made the change. */
  readonly traceparent: string;
}

/** Someone who is told of changes of orders over HTTP. */
export interface WebhookEndpoint {
  /** Lower-case letters, digits and hyphens; names its queue and its dead letters. */
  readonly id: string;
  readonly url: URL;
  /** Each signs: while a secret is replaced, the receiver may know either. */
  readonly secrets: readonly Uint8Array[];
  readonly kinds: ReadonlySet<string>;
}

/** Who is told. Safe for concurrent use. */
export interface WebhookEndpoints {
  /** Asked once, at start: each one gets a queue of its own. */
  all(): Promise<readonly WebhookEndpoint[]>;
  /** As it is now; undefined when there is none of that id any more. */
  find(id: string): Promise<WebhookEndpoint | undefined>;
  /** Whether anyone wants this kind. */
  wants(kind: string): Promise<boolean>;
}

/** How webhooks reach an endpoint. Safe for concurrent use. */
export interface WebhookChannel {
  /**
   * Fulfils when the endpoint has answered that it took it. A repeat has the same id and the same
   * bytes, and a signature of its own.
   * @throws WebhookError
   */
  deliver(webhook: Webhook, endpoint: WebhookEndpoint, signal: AbortSignal): Promise<void>;
}

/**
 * `WEBHOOK_INVALID`: this webhook can't be written. `WEBHOOK_ADDRESS_FORBIDDEN`: its endpoint is at an
 * address that must not be called. `WEBHOOK_REFUSED`: the endpoint said never. `WEBHOOK_UNAVAILABLE`:
 * try again later.
 */
export type WebhookErrorCode =
  'WEBHOOK_INVALID' | 'WEBHOOK_ADDRESS_FORBIDDEN' | 'WEBHOOK_REFUSED' | 'WEBHOOK_UNAVAILABLE';

export class WebhookError extends Error {
  /** For how long the endpoint asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: WebhookErrorCode,
    message: string,
    { retryAfterMs, ...options }: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.name = new.target.name;
    this.retryAfterMs = retryAfterMs;
  }

  get retryable(): boolean {
    return this.code === 'WEBHOOK_UNAVAILABLE';
  }
}
