import type { Notification } from '../domain/notification.js';
import type { Mail, MailChannel } from './mail.js';
import type { NotificationStore } from './notification-store.js';

/**
 * Sends a mail and records it. A mail that is recorded is not sent again. A crash between sending
 * and recording sends it again, as the same message: a file mailbox then still holds it once, and a
 * mail server may know it by its Message-ID.
 */
export class SendEmail {
  readonly #store: NotificationStore;
  readonly #channel: MailChannel;

  constructor(deps: { readonly store: NotificationStore; readonly channel: MailChannel }) {
    this.#store = deps.store;
    this.#channel = deps.channel;
  }

  /** @throws MailError */
  async execute(mail: Mail & Notification): Promise<void> {
    if (await this.#store.isSent(mail.notificationId)) return;
    await this.#channel.deliver(mail);
    await this.#store.markSent(mail);
  }
}
