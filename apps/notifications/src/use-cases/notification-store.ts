import type { NewEvent } from '@mesh/contracts';
import type { Notification } from '../domain/notification.js';

/** One open transaction over notifications. */
export interface NotificationTransaction {
  /** @returns the ids of those that were not there before: of the others someone was notified already */
  add(notifications: readonly Notification[]): Promise<ReadonlySet<string>>;
  /** The events go out once this transaction commits, in their order, after those appended before. */
  append(events: readonly CausedEvent[]): Promise<void>;
}

/** What a notification was made for: its id, and the trace that it came with. */
export interface Cause {
  readonly id: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** An event and what it was caused by. */
export type CausedEvent = NewEvent & { readonly cause: Cause };

/** Notifications as they are committed. Safe for concurrent use. */
export interface NotificationStore {
  isSent(notificationId: string): Promise<boolean>;
  /** Also records a notification that this store did not know. */
  markSent(notification: Notification): Promise<void>;
}
