import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { aMail } from '../../test/mail.js';
import { mailMessage } from './mail-message.js';

const FROM = 'Shop <orders@shop.example>';

describe('mailMessage', () => {
  it('writes the headers that readers of the mailbox rely on, and plain text', async () => {
    const message = (await mailMessage(aMail(), FROM)).toString();
    const [head = '', body] = message.split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual(
      expect.arrayContaining([
        'X-Mesh-Notification-Id: o-1-v2',
        'X-Mesh-Order-Id: o-1',
        'X-Mesh-Kind: order_confirmed',
        'From: Shop <orders@shop.example>',
        'To: ann@customers.example',
        'Subject: Your order is confirmed',
        'Message-ID: <o-1-v2@shop.example>',
        'Date: Fri, 02 Jan 2026 03:04:05 +0000',
        'Content-Type: text/plain; charset=utf-8',
      ]),
    );
    expect(body).toBe('Hello,');
    expect(message).toContain('\r\n\r\nHello,\r\n\r\nall is well.\r\n');
  });

  it('gives the same mail the same bytes', async () => {
    const mail = aMail({ subject: 'Grüße', text: 'é'.repeat(500) });
    expect(await mailMessage(mail, FROM)).toEqual(await mailMessage(mail, FROM));
  });

  it.each([
    ['subject', 'Hi\r\nBcc: eve@evil.example', '"Hi\\r\\nBcc: eve@evil.example"'],
    ['kind', 'a\nb', '"a\\nb"'],
    ['orderId', 'a\u0000', '"a\\u0000"'],
    ['to', 'a@x.example, eve@evil.example', '"a@x.example, eve@evil.example"'],
    ['to', 'a@x.example\r\nBcc: eve@evil.example', '"a@x.example\\r\\nBcc: eve@evil.example"'],
    ['to', '@x.example', '"@x.example"'],
    ['notificationId', '../../etc/passwd', '"../../etc/passwd"'],
    ['notificationId', '', '""'],
    ['notificationId', '.hidden', '".hidden"'],
  ] as const)('given the %s %j, then refuses to write it', async (field, value, shown) => {
    const writing = (async () => mailMessage(aMail({ [field]: value }), FROM))();
    await expect(writing).rejects.toMatchObject({
      code: 'MAIL_INVALID',
      retryable: false,
      message: `A mail can't be written with the ${field} ${shown}`,
    });
  });

  it('never has a header that it should not have, whatever the mail holds', async () => {
    const allowed =
      /^(X-Mesh-(Notification-Id|Order-Id|Kind)|From|To|Subject|Message-ID|Date|Content-Transfer-Encoding|Content-Type|MIME-Version)$/;
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({ orderId: text, kind: text, subject: text, text }),
        async (some) => {
          const message = await (async () => mailMessage(aMail(some), FROM))().catch(
            () => undefined,
          );
          if (!message) return;
          const head = message.toString('latin1').split('\r\n\r\n')[0] ?? '';
          for (const line of head.replace(/\r\n[ \t]/g, ' ').split('\r\n')) {
            expect(line.split(':')[0]).toMatch(allowed);
          }
        },
      ),
    );
  });
});
