import { beforeAll, expect, it } from 'vitest';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';

/** PostgreSQL taken away while orders are placed. */
export function databaseCases(running: () => Mesh): void {
  let customer: Customer;
  let operator: Customer;
  beforeAll(async () => {
    customer = await Customer.signIn(running().url);
    operator = await Customer.signIn(running().url, { roles: ['operator'] });
  });

  it('given orders, when PostgreSQL is killed and started again in their midst, then every accepted one is decided', async () => {
    await operator.setStock('MUG-BLUE', 500);
    const before = running().databasePid();
    let placed = 0;
    const placeSome = async () => {
      const mine: string[] = [];
      while (placed < 100) {
        placed += 1;
        if (placed === 40) process.kill(before, 'SIGQUIT');
        mine.push((await customer.placeInsisting('MUG-BLUE', 1)).orderId);
      }
      return mine;
    };
    const orders = (await Promise.all(Array.from({ length: 4 }, placeSome))).flat();
    expect(running().databasePid()).not.toBe(before);
    for (const orderId of orders)
      await eventually(
        `${orderId} is confirmed`,
        async () => (await customer.order(orderId).catch(() => undefined))?.status === 'CONFIRMED',
        { withinMs: 60_000, explain: () => running().output.slice(-4_000) },
      );
    await eventually(
      '400 left',
      async () => (await operator.stock('MUG-BLUE')).available === 400 || undefined,
    );
  }, 180_000);
}
