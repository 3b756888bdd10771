// Begins early: takes 15 s.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebhookRequested } from '@mesh/contracts/catalog/notifications';
import { OrderCancelled, OrderConfirmed, OrderPlaced } from '@mesh/contracts/catalog/order';
import { startNotifications, type RunningNotifications } from './running-notifications.js';
import { secretText } from './webhook.js';
import { openReceiver, type Receiver } from './webhook-receiver.js';

const within = { timeout: 30_000, interval: 10 };
const secret = secretText(randomBytes(32));
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let folder: string;
let notifications: RunningNotifications;
let shop: Receiver;
let erp: Receiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  [shop, erp] = await Promise.all([openReceiver(), openReceiver()]);
  const file = join(folder, 'endpoints.json');
  const endpoints = [
    { id: 'shop', url: shop.url, secret, kinds: ['order_placed', 'order_confirmed'] },
    { id: 'erp', url: erp.url, secret, kinds: ['order_placed'] },
  ];
  writeFileSync(file, JSON.stringify(endpoints));
  notifications = await startNotifications({
    WEBHOOK_ENDPOINTS_FILE: file,
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.1/32',
  });
});
afterEach(async () => {
  await notifications.stop();
  await Promise.all([shop.close(), erp.close()]);
  rmSync(folder, { recursive: true });
});

const change = (orderId: string, version: number) => ({
  ...{ orderId, customerId: 'ann', version, feedSequence: version },
  occurredAt: new Date('2026-01-02T03:04:05Z'),
});
function place(orderId: string) {
  const money = { amountMinor: 1200, currency: 'EUR' };
  const lines = [{ sku: 'MUG-RED', quantity: 1, unitPrice: money }];
  const data = { ...change(orderId, 1), lines, total: money };
  return notifications.probe.publish(OrderPlaced, data, { traceparent });
}
const confirm = (orderId: string) =>
  notifications.probe.publish(OrderConfirmed, change(orderId, 2), { traceparent });
const ids = ({ received }: Receiver) =>
  received.map(({ headers }) => String(headers['webhook-id']));
const eventually = (check: () => void) => vi.waitFor(check, within);

describe('webhooks', () => {
  it('given an order that is placed, then each endpoint gets it, signed, with what was ordered', async () => {
    const orderId = randomUUID();
    await place(orderId);
    await eventually(() => expect([...ids(shop), ...ids(erp)]).toHaveLength(2));
    for (const { received } of [shop, erp]) {
      const { body = '', headers } = received[0] ?? {};
      const event = new Verifier(secret).verify(body, headers as Record<string, string>);
      expect(event).toMatchObject({
        id: `${orderId}-v1`,
        type: 'mesh.webhooks.v1.order_placed',
        subject: orderId,
        traceparent,
        data: {
          ...{ orderId, customerId: 'ann', version: 1, status: 'PLACED' },
          occurredAt: '2026-01-02T03:04:05.000Z',
          lines: [
            { sku: 'MUG-RED', quantity: 1, unitPrice: { amountMinor: 1200, currency: 'EUR' } },
          ],
          total: { amountMinor: 1200, currency: 'EUR' },
        },
      });
    }
  });

  it('given kinds, then an endpoint gets those, in the order of its order', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await place(one);
    await confirm(one);
    await place(other);
    await eventually(() => expect(ids(erp)).toContain(`${other}-v1`));
    await eventually(() => expect(ids(shop)).toHaveLength(3));
    expect(ids(shop).filter((id) => id.startsWith(one))).toEqual([`${one}-v1`, `${one}-v2`]);
    expect(ids(erp)).not.toContain(`${one}-v2`);
  });

  it('given a change told twice, then one webhook', async () => {
    const orderId = randomUUID();
    await place(orderId);
    await place(orderId);
    await confirm(orderId);
    await eventually(() => expect(ids(shop)).toContain(`${orderId}-v2`));
    expect(ids(shop)).toEqual([`${orderId}-v1`, `${orderId}-v2`]);
  });

  it('given an endpoint that is busy, then repeats the same webhook, and the next of the order waits', async () => {
    const orderId = randomUUID();
    let refusals = 2;
    shop.answerWith((response) => void response.writeHead(refusals-- > 0 ? 503 : 200).end());
    await place(orderId);
    await confirm(orderId);
    await eventually(() => expect(ids(shop)).toContain(`${orderId}-v2`));
    const first = `${orderId}-v1`;
    expect(ids(shop)).toEqual([first, first, first, `${orderId}-v2`]);
    const [one, , three] = shop.received;
    expect(three?.body).toBe(one?.body);
  });

  it('given an endpoint that is dead and more waiting for it than any window holds, then the other one gets all', async () => {
    shop.answer(500);
    const orders = Array.from({ length: 300 }, () => randomUUID());
    for (const orderId of orders) await place(orderId);
    await eventually(() => expect(new Set(ids(erp)).size).toBe(orders.length));
    // The circuit opened: most were not even tried.
    expect(shop.received.length).toBeLessThan(orders.length);
  });

  it('given an endpoint that says never, then it is parked with the reason, and the next one goes on', async () => {
    const orderId = randomUUID();
    shop.answer(410);
    await place(orderId);
    const group = 'notifications.webhook.shop';
    const parked = await vi.waitFor(async () => {
      const letters = await notifications.parked(group);
      expect(letters).toHaveLength(1);
      return letters;
    }, within);
    expect(parked).toMatchObject([
      {
        reason: 'rejected',
        errorMessage: `WEBHOOK_REFUSED: ${orderId}-v1 at shop: the endpoint answered 410`,
      },
    ]);
    shop.answer(200);
    await confirm(orderId);
    await eventually(() => expect(ids(shop)).toEqual([`${orderId}-v1`, `${orderId}-v2`]));
    expect(ids(erp)).toEqual([`${orderId}-v1`]);
  });

  it('given a kind that nobody wants, then nothing is appended', async () => {
    const orderId = randomUUID();
    const { probe } = notifications;
    await probe.publish(OrderCancelled, { ...change(orderId, 3), reason: 'changed my mind' });
    // Published in the order of their appending: with the next change told, the first one is over.
    await confirm(orderId);
    const told = await probe.expect(WebhookRequested, (data) => data.orderId === orderId);
    expect(told.map(({ data }) => data.kind)).toEqual(['order_confirmed']);
  });
});
