import { setTimeout as sleep } from 'node:timers/promises';
import { Customer, type Order } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { StartWorkload } from '../workload.js';

const sku = 'MUG-BLUE';
const stock = 1_000_000;

/** One item ordered again and again by a few customers; judged by what the gateways answer. */
export const startSimpleWorkload: StartWorkload = async ({ mesh, random }) => {
  const operator = await Customer.signIn(mesh.gateways[0] ?? '', { roles: ['operator'] });
  await operator.setStock(sku, stock);
  const placed: { customer: Customer; order: Order }[] = [];
  let going = true;
  const customers = await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      Customer.signIn(mesh.gateways[index % mesh.gateways.length] ?? ''),
    ),
  );
  const working = customers.map(async (customer) => {
    while (going) {
      placed.push({ customer, order: await customer.placeInsisting(sku, 1) });
      await sleep(random.between(50, 200));
    }
  });
  return {
    progress: () => ({ orders: placed.length, words: 'placed' }),
    finish: async () => {
      going = false;
      await Promise.all(working);
    },
    judge: async () => {
      const lost: string[] = [];
      for (const { customer, order } of placed)
        await eventually(
          `${order.orderId} is confirmed`,
          async () => (await customer.order(order.orderId)).status === 'CONFIRMED',
        ).catch(() => lost.push(order.orderId));
      const left = (await operator.stock(sku)).available;
      const doubled = Math.max(0, stock - placed.length - left);
      return {
        ...{ orders: placed.length, lost: lost.length, doubled, disordered: 0 },
        findings: lost.map((orderId) => `${orderId} is not confirmed`),
        notes: [`  ${left} of ${sku} are left of ${stock}`],
      };
    },
    close: async () => void (going = false),
  };
};
