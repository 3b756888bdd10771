/** A mail to one customer. */
export interface Mail {
  /** Names the mail: its file, its Message-ID, its header X-Mesh-Notification-Id. */
  readonly notificationId: string;
  readonly orderId: string;
  readonly kind: string;
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** When it was asked for: its Date. */
  readonly date: Date;
}

/** Where mails go. Safe for concurrent use. */
export interface MailChannel {
  /**
   * Fulfils when the mail is safely with whoever takes it from here. The same mail again is the
   * same message again: same bytes, same Message-ID.
   * @throws MailError
   */
  deliver(mail: Mail): Promise<void>;
  close(): Promise<void>;
}

/**
 * `MAIL_INVALID`: this mail can't be written. `MAIL_REFUSED`: whoever should take it said never.
 * `MAIL_UNAVAILABLE`: try again later.
 */
export type MailErrorCode = 'MAIL_INVALID' | 'MAIL_REFUSED' | 'MAIL_UNAVAILABLE';

export class MailError extends Error {
  constructor(
    readonly code: MailErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }

  get retryable(): boolean {
    return this.code === 'MAIL_UNAVAILABLE';
  }
}
