import type { EventDefinition } from '@mesh/contracts';
import type { Notification } from '../domain/notification.js';

/** One open transaction over notifications. */
export interface NotificationTransaction {
  /** @returns false when it was there before: someone was notified of this change already */
  add(notification: Notification): Promise<boolean>;
  /** The event goes out once this transaction commits, after those appended before it. */
  append<Data>(definition: EventDefinition<Data>, data: Data): Promise<void>;
}

/** Notifications as they are committed. Safe for concurrent use. */
export interface NotificationStore {
  isSent(notificationId: string): Promise<boolean>;
  /** Also records a notification that this store did not know. */
  markSent(notification: Notification): Promise<void>;
}
