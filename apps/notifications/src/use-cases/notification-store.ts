import type { NewEvent } from '@mesh/contracts';
import type { Notification } from '../domain/notification.js';

/** One open transaction over notifications. */
export interface NotificationTransaction {
  /** @returns false when it was there before: someone was notified of this change already */
  add(notification: Notification): Promise<boolean>;
  /** The events go out once this transaction commits, in their order, after those appended before. */
  append(events: readonly NewEvent[]): Promise<void>;
}

/** Notifications as they are committed. Safe for concurrent use. */
export interface NotificationStore {
  isSent(notificationId: string): Promise<boolean>;
  /** Also records a notification that this store did not know. */
  markSent(notification: Notification): Promise<void>;
}
