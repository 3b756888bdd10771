import { describe, expect, it } from 'vitest';
import { aMail } from '../../test/mail.js';
import { MailError } from './mail.js';
import { SendEmail } from './send-email.js';

function given({ fail }: { fail?: 'deliver' | 'markSent' } = {}) {
  const sent = new Set<string>();
  const delivered: string[] = [];
  let broken = fail;
  const sendEmail = new SendEmail({
    store: {
      isSent: async (id) => sent.has(id),
      markSent: async ({ notificationId }) => {
        if (broken === 'markSent') throw new Error('the database is away');
        sent.add(notificationId);
      },
    },
    channel: {
      deliver: async ({ notificationId }) => {
        if (broken === 'deliver') throw new MailError('MAIL_UNAVAILABLE', 'the server is away');
        delivered.push(notificationId);
      },
      close: async () => {},
    },
  });
  return { sendEmail, sent, delivered, repair: () => (broken = undefined) };
}

describe('SendEmail', () => {
  it('given a mail that was sent, when it is asked for again, then sends nothing', async () => {
    const { sendEmail, delivered } = given();
    await sendEmail.execute(aMail());
    await sendEmail.execute(aMail());
    expect(delivered).toEqual(['o-1-v2']);
  });

  it('given the channel is away, when sending, then it is not recorded, and the next try sends it', async () => {
    const { sendEmail, sent, delivered, repair } = given({ fail: 'deliver' });
    await expect(sendEmail.execute(aMail())).rejects.toThrow('the server is away');
    expect([...sent]).toEqual([]);
    repair();
    await sendEmail.execute(aMail());
    expect(delivered).toEqual(['o-1-v2']);
  });

  it('given it could not be recorded, when it is tried again, then the same mail is sent again', async () => {
    const { sendEmail, delivered, repair } = given({ fail: 'markSent' });
    await expect(sendEmail.execute(aMail())).rejects.toThrow('the database is away');
    repair();
    await sendEmail.execute(aMail());
    expect(delivered).toEqual(['o-1-v2', 'o-1-v2']);
  });
});
