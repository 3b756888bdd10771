import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';

const SKU = 'MUG-BLUE';

/** What the README promises of one order, asked from outside. */
export function storyCases(running: () => Mesh): void {
  let mesh: Mesh;
  let customer: Customer;
  let operator: Customer;

  beforeAll(async () => {
    mesh = running();
    customer = await Customer.signIn(mesh.url);
    operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
  });

  const settled = (orderId: string, version: number) =>
    eventually(`version ${version} of ${orderId}`, async () => {
      const order = await customer.order(orderId);
      return order.version >= version && order;
    });
  const available = (sku: string, quantity: number) =>
    eventually(
      `${quantity} of ${sku} left`,
      async () => (await operator.stock(sku)).available === quantity || undefined,
    );
  const mails = (orderId: string) =>
    readdirSync(mesh.mailbox)
      .filter((file) => file.endsWith('.eml'))
      .map((file) => readFileSync(join(mesh.mailbox, file), 'utf8'))
      .filter((mail) => mail.includes(orderId));

  it('given stock, when ordering, then a watching browser sees it placed and confirmed', async () => {
    await operator.setStock(SKU, 10);
    const { socket, updates } = customer.live();
    const order = await customer.place(SKU, 2);
    const ack = await socket.emitWithAck('subscribe', { orderId: order.orderId, afterVersion: 0 });
    expect(ack).toMatchObject({ ok: true });
    await eventually('both updates', () => updates.length >= 2);
    expect(updates.map(({ version, status }) => [version, status])).toEqual([
      [1, 'PLACED'],
      [2, 'CONFIRMED'],
    ]);
    socket.close();
    await available(SKU, 8);
  });

  it('given too little stock, when ordering, then it is rejected with the reason', async () => {
    await operator.setStock(SKU, 1);
    const { orderId } = await customer.place(SKU, 5);
    expect(await settled(orderId, 2)).toMatchObject({
      status: 'REJECTED',
      reason: 'INSUFFICIENT_STOCK',
    });
    await available(SKU, 1);
  });

  it('given a confirmed order, when cancelling, then its stock can be ordered again', async () => {
    await operator.setStock(SKU, 4);
    const { orderId } = await customer.place(SKU, 3);
    await settled(orderId, 2);
    expect(await customer.cancel(orderId)).toMatchObject({ status: 'CANCELLED', version: 3 });
    expect(await customer.cancel(orderId)).toMatchObject({ status: 'CANCELLED', version: 3 });
    await available(SKU, 4);
  });

  it('given an order, when it is decided, then each change is mailed once', async () => {
    await operator.setStock(SKU, 4);
    const { orderId } = await customer.place(SKU, 1);
    await settled(orderId, 2);
    await eventually('two mails', () => mails(orderId).length >= 2);
    const kinds = mails(orderId).map((mail) => /^X-Mesh-Kind: (\S+)/im.exec(mail)?.[1]);
    expect(kinds.sort()).toEqual(['order_confirmed', 'order_placed']);
  });

  it('given a feed, when orders are placed, then each change comes once and in order', async () => {
    await operator.setStock(SKU, 100);
    const { socket, updates } = customer.live();
    const ack = await socket.emitWithAck('subscribe', { feed: 'orders' });
    expect(ack).toMatchObject({ ok: true, cursor: expect.any(String) });
    const placed = await Promise.all(Array.from({ length: 10 }, () => customer.place(SKU, 1)));
    await eventually('twenty updates', () => updates.length >= 20);
    for (const { orderId } of placed)
      expect(updates.filter((one) => one.orderId === orderId).map((one) => one.version)).toEqual([
        1, 2,
      ]);
    socket.close();
    await available(SKU, 90);
  });
}
