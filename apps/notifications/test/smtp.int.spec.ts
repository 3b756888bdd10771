import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, it, vi } from 'vitest';
import { OrderConfirmed } from '@mesh/contracts/catalog/order';
import { startNotifications, type RunningNotifications } from './running-notifications.js';

let notifications: RunningNotifications | undefined;
let server: SMTPServer | undefined;
afterEach(async () => {
  await notifications?.stop();
  await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
});

it('given a mail server that is busy at first, then each mail reaches it, and no file is kept', async () => {
  const received: string[] = [];
  let refusals = 2;
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, callback) => {
      const busy = Object.assign(new Error('Try later'), { responseCode: 451 });
      callback(refusals-- > 0 ? busy : undefined);
    },
    onData: (stream, _session, callback) => {
      void text(stream).then((message) => {
        received.push(message);
        callback();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  notifications = await startNotifications({ SMTP_URL: `smtp://127.0.0.1:${port}` });

  const orderId = randomUUID();
  const data = { orderId, customerId: 'ann', version: 2, occurredAt: new Date(), feedSequence: 2 };
  await notifications.probe.publish(OrderConfirmed, data);
  await vi.waitFor(
    async () => {
      const [row] = (await notifications?.rows(orderId)) ?? [];
      expect(row?.status).toBe('sent');
    },
    { timeout: 30_000, interval: 10 },
  );
  expect(received).toHaveLength(1);
  expect(received[0]).toContain(`X-Mesh-Notification-Id: ${orderId}-v2\r\n`);
  expect(refusals).toBe(-1);
  expect(await notifications.mails()).toEqual([]);
});
