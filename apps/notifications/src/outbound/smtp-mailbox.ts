import { createTransport } from 'nodemailer';
import { MailError, type Mail, type MailChannel } from '../use-cases/mail.js';
import { mailMessage } from './mail-message.js';

const CONNECTIONS = 4;

/**
 * Hands mails to a mail server over SMTP, at most four at once; the rest waits. Fulfils when the
 * server has taken the mail; a server that does not answer counts as unavailable.
 */
export class SmtpMailbox implements MailChannel {
  readonly #transport;
  readonly #from: string;

  constructor(options: {
    /** `smtp://user:password@host:port`, or `smtps:`. */
    readonly url: string;
    readonly from: string;
    /** How long the server may take to connect, to greet, or to answer. @default 10000 */
    readonly timeoutMs?: number;
  }) {
    const timeoutMs = options.timeoutMs ?? 10_000;
    this.#from = options.from;
    this.#transport = createTransport({
      url: options.url,
      pool: true,
      maxConnections: CONNECTIONS,
      // A connection that breaks while a mail is sent is for the transport of events to judge.
      maxRequeues: 0,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
  }

  async deliver(mail: Mail): Promise<void> {
    const raw = await mailMessage(mail, this.#from);
    try {
      await this.#transport.sendMail({ envelope: { from: this.#from, to: [mail.to] }, raw });
    } catch (cause) {
      throw toMailError(cause as SmtpError, mail);
    }
  }

  async close(): Promise<void> {
    this.#transport.close();
  }
}

type SmtpError = Error & { readonly code?: string; readonly responseCode?: number };

/** 5xx about this mail is final (RFC 5321, 4.2.1), but for 503: the session's fault, not the mail's. */
function toMailError(cause: SmtpError, mail: Mail): MailError {
  const { code, responseCode = 0, message } = cause;
  const aboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const refused = aboutMail && responseCode >= 500 && responseCode !== 503;
  return new MailError(
    refused ? 'MAIL_REFUSED' : 'MAIL_UNAVAILABLE',
    `The mail server did not take ${mail.notificationId}: ${message}`,
    { cause },
  );
}
