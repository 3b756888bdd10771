import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Customer, type Order } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';

const SKU = 'MUG-BLUE';
const ORDERS = 200;
const services: readonly string[] = ['order', 'inventory', 'notifications', 'gateway'];

/** Each service killed the hard way in the midst of orders. */
export function killCases(running: () => Mesh): void {
  let mesh: Mesh;
  let customer: Customer;
  let operator: Customer;

  beforeAll(async () => {
    mesh = running();
    customer = await Customer.signIn(mesh.url);
    operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
  });

  it.each(services)(
    'given 200 orders, when %s is killed with SIGKILL in their midst, then none is lost or told twice',
    async (service) => {
      await operator.setStock(SKU, 150);
      let answered = 0;
      let killed: Promise<void> | undefined;
      const placeSome = async () => {
        const mine: Order[] = [];
        while (answered < ORDERS) {
          answered += 1;
          if (answered === ORDERS / 2) killed = mesh.killService(service);
          mine.push(await customer.placeInsisting(SKU, 1));
        }
        return mine;
      };
      const orders = (await Promise.all(Array.from({ length: 8 }, placeSome))).flat();
      await killed;
      expect(new Set(orders.map((order) => order.orderId)).size).toBe(ORDERS);

      const ends = await Promise.all(orders.map(({ orderId }) => decided(orderId)));
      const confirmed = ends.filter((order) => order.status === 'CONFIRMED').length;
      expect(ends.every((order) => ['CONFIRMED', 'REJECTED'].includes(order.status))).toBe(true);
      expect(confirmed).toBeLessThanOrEqual(150);
      await eventually(
        `${150 - confirmed} left`,
        async () => (await operator.stock(SKU)).available === 150 - confirmed || undefined,
      );
      await eventually('two mails an order', () => mails(orders).length >= 2 * ORDERS, {
        withinMs: 60_000,
        explain: () => `${mails(orders).length} mails`,
      });
      const told = mails(orders).map(({ order, kind }) => `${order} ${kind}`);
      expect(new Set(told).size).toBe(told.length);
      expect(told.length).toBe(2 * ORDERS);
    },
    180_000,
  );

  const decided = (orderId: string) =>
    eventually(
      `${orderId} is decided`,
      async () => {
        const order = await customer.order(orderId).catch(() => undefined);
        return order && order.status !== 'PLACED' && order;
      },
      { withinMs: 90_000 },
    );

  const mails = (orders: readonly Order[]) => {
    const wanted = new Set(orders.map((order) => order.orderId));
    return readdirSync(mesh.mailbox)
      .filter((file) => file.endsWith('.eml'))
      .map((file) => readFileSync(join(mesh.mailbox, file), 'utf8'))
      .map((mail) => ({
        order: /^X-Mesh-Order-Id: (\S+)/im.exec(mail)?.[1] ?? '',
        kind: /^X-Mesh-Kind: (\S+)/im.exec(mail)?.[1] ?? '',
      }))
      .filter(({ order }) => wanted.has(order));
  };
}
