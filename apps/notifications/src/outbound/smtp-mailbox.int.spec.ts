import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMail } from '../../test/mail.js';
import { mailMessage } from './mail-message.js';
import { SmtpMailbox } from './smtp-mailbox.js';

const from = 'Shop <orders@shop.example>';

describe('SmtpMailbox', () => {
  let server: SMTPServer;
  let mailbox: SmtpMailbox;
  let received: { from: string; to: string[]; message: Buffer }[];
  /** What the server answers to a recipient. */
  let answer: { responseCode: number; message: string } | undefined;

  const open = (port: number) =>
    new SmtpMailbox({ url: `smtp://127.0.0.1:${port}`, from, timeoutMs: 500 });

  beforeEach(async () => {
    received = [];
    answer = undefined;
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, callback) =>
        callback(answer && Object.assign(new Error(answer.message), answer)),
      onData: (stream, { envelope }, callback) => {
        void buffer(stream).then((message) => {
          const sender = envelope.mailFrom ? envelope.mailFrom.address : '';
          const to = envelope.rcptTo.map(({ address }) => address);
          received.push({ from: sender, to, message });
          callback();
        });
      },
    });
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    mailbox = open((listening.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await mailbox.close();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  it('hands the message over, byte for byte, to the one recipient', async () => {
    await mailbox.deliver(aMail());
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      from: 'orders@shop.example',
      to: ['ann@customers.example'],
    });
    expect(received[0]?.message.toString()).toBe((await mailMessage(aMail(), from)).toString());
  });

  it('given many mails at once, when delivering, then the server gets each', async () => {
    const ids = Array.from({ length: 30 }, (_, number) => `o-${number}-v1`);
    await Promise.all(ids.map((notificationId) => mailbox.deliver(aMail({ notificationId }))));
    const seen = received.map(({ message }) => /Message-ID: <(.*?)@/.exec(message.toString())?.[1]);
    expect(seen.sort()).toEqual([...ids].sort());
  });

  it('given a server that refuses the recipient for good, then the mail is refused', async () => {
    answer = { responseCode: 550, message: 'No such user' };
    await expect(mailbox.deliver(aMail())).rejects.toMatchObject({
      code: 'MAIL_REFUSED',
      retryable: false,
      message: expect.stringContaining('The mail server did not take o-1-v2: '),
    });
  });

  it('given a server that is busy, then says to try again, and the next try succeeds', async () => {
    answer = { responseCode: 451, message: 'Try later' };
    const busy = { code: 'MAIL_UNAVAILABLE', retryable: true };
    await expect(mailbox.deliver(aMail())).rejects.toMatchObject(busy);
    answer = undefined;
    await mailbox.deliver(aMail());
    expect(received).toHaveLength(1);
  });

  it('given no server, then says to try again', async () => {
    const nowhere = open(1);
    await expect(nowhere.deliver(aMail())).rejects.toMatchObject({ code: 'MAIL_UNAVAILABLE' });
    await nowhere.close();
  });

  it('given a mail that can not be written, then refuses it before it asks the server', async () => {
    const delivering = mailbox.deliver(aMail({ subject: 'a\r\nBcc: eve@evil.example' }));
    await expect(delivering).rejects.toMatchObject({ code: 'MAIL_INVALID' });
    expect(received).toEqual([]);
  });
});
