import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StockChanged } from '@mesh/contracts/catalog/inventory';
import {
  EmailRequested,
  OrderUpdateAnnounced,
  StockUpdateAnnounced,
} from '@mesh/contracts/catalog/notifications';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog/order';
import { OrderStatus } from '@mesh/contracts/order';
import { startNotifications, type RunningNotifications } from './running-notifications.js';

const occurredAt = new Date('2026-01-02T03:04:05Z');
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const within = { timeout: 30_000, interval: 10 };

let notifications: RunningNotifications;
beforeAll(async () => void (notifications = await startNotifications()));
afterAll(() => notifications.stop());

const ofOrder = (orderId: string) => (data: { orderId: string }) => data.orderId === orderId;
const sent = (orderId: string, count: number) =>
  vi.waitFor(async () => {
    const rows = await notifications.rows(orderId);
    expect(rows.filter(({ status }) => status === 'sent')).toHaveLength(count);
    return rows;
  }, within);

function change(orderId: string, version: number) {
  return { orderId, customerId: 'ann', version, occurredAt, feedSequence: 10 + version };
}
function place(orderId: string, options: { id?: string } = {}) {
  const price = { amountMinor: 1200, currency: 'EUR' };
  const data = {
    ...change(orderId, 1),
    lines: [{ sku: 'MUG-RED', quantity: 2, unitPrice: price }],
    total: { amountMinor: 2400, currency: 'EUR' },
  };
  return notifications.probe.publish(OrderPlaced, data, { traceparent, ...options });
}

describe('order events', () => {
  it('given an order on its way, then tells the browsers each change with its trace, in order', async () => {
    const { probe } = notifications;
    const orderId = randomUUID();
    await place(orderId);
    await probe.publish(OrderConfirmed, change(orderId, 2), { traceparent });
    await probe.publish(OrderCancelled, { ...change(orderId, 3), reason: 'changed my mind' });
    const told = await probe.expect(OrderUpdateAnnounced, ofOrder(orderId), 3);
    expect(told.map(({ data }) => [data.version, data.feedSequence, data.status])).toEqual([
      [1, 11, OrderStatus.ORDER_STATUS_PLACED],
      [2, 12, OrderStatus.ORDER_STATUS_CONFIRMED],
      [3, 13, OrderStatus.ORDER_STATUS_CANCELLED],
    ]);
    expect(told[1]?.data).toMatchObject({ customerId: 'ann', occurredAt, traceparent });
    expect(told[2]?.data.reason).toBe('changed my mind');
    expect(told[2]?.data.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  });

  it('given an order on its way, then keeps a mail for each change in the mailbox', async () => {
    const { probe, readMail } = notifications;
    const orderId = randomUUID();
    await place(orderId);
    await probe.publish(OrderRejected, { ...change(orderId, 2), reason: 'INSUFFICIENT_STOCK' });
    expect(await sent(orderId, 2)).toEqual([
      { notification_id: `${orderId}-v1`, kind: 'order_placed', status: 'sent' },
      { notification_id: `${orderId}-v2`, kind: 'order_rejected', status: 'sent' },
    ]);
    expect(await readMail(`${orderId}-v1.eml`)).toContain('2 x MUG-RED');
    const mail = await readMail(`${orderId}-v2.eml`);
    for (const line of [
      `X-Mesh-Notification-Id: ${orderId}-v2`,
      `X-Mesh-Order-Id: ${orderId}`,
      'X-Mesh-Kind: order_rejected',
      'To: ann@customers.example',
      'Subject: We can not fulfil your order',
      'There is not enough left of what you ordered. Nothing is reserved.',
    ]) {
      expect(mail.split('\r\n')).toContain(line);
    }
  });

  it('given one change told three times, with one id or another, then one mail and one update', async () => {
    const { probe, mails } = notifications;
    const [orderId, id] = [randomUUID(), randomUUID()];
    await place(orderId, { id });
    await place(orderId, { id });
    await place(orderId);
    // Events of one key are handled in order: with the next change told, the repeats are over.
    await probe.publish(OrderConfirmed, change(orderId, 2));
    await probe.expect(
      OrderUpdateAnnounced,
      (data) => data.orderId === orderId && data.version === 2,
    );
    await sent(orderId, 2);
    expect(probe.find(OrderUpdateAnnounced, ofOrder(orderId))).toHaveLength(2);
    expect(probe.find(EmailRequested, ofOrder(orderId))).toHaveLength(2);
    expect((await mails()).filter((name) => name.startsWith(orderId)).sort()).toEqual([
      `${orderId}-v1.eml`,
      `${orderId}-v2.eml`,
    ]);
  });
});

describe('stock events', () => {
  it('given a change of stock, then tells every browser', async () => {
    const { probe } = notifications;
    const data = { sku: 'MUG-RED', available: 0, version: 7, occurredAt };
    await probe.publish(StockChanged, data);
    const [told] = await probe.expect(StockUpdateAnnounced, ({ sku }) => sku === 'MUG-RED');
    expect(told?.data).toEqual(data);
  });
});

describe('mail requests', () => {
  const request = (changes: Partial<Parameters<typeof EmailRequested.key>[0]> = {}) => ({
    ...{ notificationId: `n-${randomUUID()}`, orderId: randomUUID(), customerId: 'ann' },
    ...{ kind: 'order_placed', to: 'ann@customers.example', subject: 'Hi', text: 'Hello\n' },
    ...changes,
  });

  it('given a mail that can not be written, then it is rejected and the next one is sent', async () => {
    const { probe, mails } = notifications;
    const orderId = randomUUID();
    const evil = request({ orderId, subject: 'Hi\r\nBcc: eve@evil.example' });
    const good = request({ orderId });
    await probe.publish(EmailRequested, evil);
    await probe.publish(EmailRequested, good);
    expect(await sent(orderId, 1)).toHaveLength(1);
    expect(await mails()).toContain(`${good.notificationId}.eml`);
    expect(await mails()).not.toContain(`${evil.notificationId}.eml`);
  });

  it('given the same request again, then the mailbox holds the mail once', async () => {
    const { probe, mails } = notifications;
    const first = request();
    const last = request({ orderId: first.orderId });
    await probe.publish(EmailRequested, first);
    await probe.publish(EmailRequested, first);
    await probe.publish(EmailRequested, last);
    await sent(first.orderId, 2);
    const ours = [`${first.notificationId}.eml`, `${last.notificationId}.eml`];
    expect((await mails()).filter((name) => ours.includes(name))).toHaveLength(2);
  });
});
