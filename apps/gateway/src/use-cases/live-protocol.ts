import type { ErrorCode } from '@mesh/contracts/errors';
import type { Order } from '../domain/order.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { Page } from '../domain/page.js';

/** The answer to a message of a live client. */
export type Ack =
  | { readonly ok: true; readonly cursor?: string }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Answers the message that is being handled; called once. */
export type Acknowledge = (ack: Ack) => void;

/** Why updates can't be continued from a cursor. */
export type ResyncReason = 'EPOCH_CHANGED' | 'CURSOR_TOO_OLD' | 'CURSOR_AHEAD';

export interface Resync {
  readonly reason: ResyncReason;
  /** The first page of the customer's orders, newest first. */
  readonly snapshot: Page<Order>;
  /** What comes after the snapshot continues from here. */
  readonly cursor: string;
}

/** One connected client. */
export interface LiveClient {
  /** `cursor`: resuming the orders feed from it misses nothing and repeats nothing. */
  updated(update: OrderUpdate, cursor: string): void;
  resync(resync: Resync): void;
  /** Fulfilled when enough of what was sent has left that more may be sent. */
  ready(): Promise<void>;
}

/** A refusal that the client is told. */
export class LiveError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}
