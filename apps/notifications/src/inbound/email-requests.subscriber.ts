import { Injectable } from '@nestjs/common';
import { EmailRequested } from '@mesh/contracts/catalog/notifications';
import type { EmailRequested as EmailRequestedData } from '@mesh/contracts/notifications-events';
import { RejectedError } from '@mesh/messaging';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import { MailError } from '../use-cases/mail.js';
import { SendEmail } from '../use-cases/send-email.js';

/**
 * Sends the mails that were asked for. A mail that can never be sent becomes a dead letter; any other
 * failure is tried again; while the mail server is away nothing is tried. Without a transaction: none is held open while a mail
 * server takes its time.
 */
@Injectable()
export class EmailRequestsSubscriber {
  constructor(private readonly sendEmail: SendEmail) {}

  @EventHandler(EmailRequested, {
    group: 'notifications.email',
    filter: ['email.#'],
    delivery: 'at-least-once',
    // A mail that is refused keeps no other mail of its order.
    onFailure: 'skip',
    breaker: { failures: 5, pauseMs: 10_000 },
  })
  async onRequested(event: ReceivedEvent<EmailRequestedData>): Promise<void> {
    try {
      await this.sendEmail.execute({ ...event.data, date: new Date(event.time ?? Date.now()) });
    } catch (error) {
      if (error instanceof MailError && !error.retryable) {
        throw new RejectedError('rejected', `${error.code}: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }
}
