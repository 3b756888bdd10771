import MailComposer from 'nodemailer/lib/mail-composer';
import { MailError, type Mail } from '../use-cases/mail.js';

const NOTIFICATION_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[A-Za-z0-9.-]+$/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The bytes of a mail: RFC 5322 with CRLF, the same for the same mail. Nothing in the mail can start
 * a header of its own, name a second recipient or leave the mailbox's folder.
 * @param from an address, with or without a name
 * @throws MailError MAIL_INVALID naming the field and its value
 */
export function mailMessage(mail: Mail, from: string): Promise<Buffer> {
  check('notificationId', mail.notificationId, NOTIFICATION_ID.test(mail.notificationId));
  check('to', mail.to, ADDRESS.test(mail.to));
  for (const field of ['orderId', 'kind', 'subject'] as const) {
    check(field, mail[field], !CONTROL.test(mail[field]));
  }
  const domain = /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  const composer = new MailComposer({
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    date: mail.date,
    messageId: `<${mail.notificationId}@${domain}>`,
    headers: {
      'X-Mesh-Notification-Id': mail.notificationId,
      'X-Mesh-Order-Id': mail.orderId,
      'X-Mesh-Kind': mail.kind,
    },
    // The composer would write "ID"; readers of the mailbox look for the header as it was published.
    normalizeHeaderKey: (key: string) => key.replace(/^(X-Mesh-.*)-ID$/, '$1-Id'),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function check(field: string, value: string, valid: boolean): void {
  if (valid) return;
  const shown = JSON.stringify(value.slice(0, 100));
  throw new MailError('MAIL_INVALID', `A mail can't be written with the ${field} ${shown}`);
}
