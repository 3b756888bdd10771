import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Customer } from '@mesh/tools/testing/customer';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import { startSecondGateway } from './second-gateway.js';
import { Shopper } from './shopper.js';

/** What a page sees of a connection that is lost. */
export function connectionCases(running: () => Mesh, browser: () => Browser): void {
  let second: Awaited<ReturnType<typeof startSecondGateway>>;
  let proxy: TcpProxy;

  beforeAll(async () => {
    second = await startSecondGateway(running());
    proxy = await TcpProxy.open({ port: Number(new URL(running().url).port) });
  });
  afterAll(async () => {
    await proxy?.close();
    await second?.stop();
  });

  it('given a connection that is cut, when the page comes back to another replica, then it has missed nothing', async () => {
    const shopper = await Shopper.open(browser(), `http://127.0.0.1:${proxy.port}`);
    const { page } = shopper;
    const id = (await page.locator('.who').textContent()) ?? '';
    await shopper.choose('Mug, red', 1);
    await shopper.place();
    await shopper.outcome('CONFIRMED');
    const [seen = ''] = Object.keys(await shopper.told());

    proxy.refuse();
    proxy.reset();
    await page.getByTestId('connection').getByText('Connection lost').waitFor();
    // The same customer elsewhere, meanwhile.
    const elsewhere = await Customer.signIn(second.url, { id, roles: ['customer', 'operator'] });
    await elsewhere.setStock('MUG-RED', 700);
    const placed = await Promise.all([1, 2, 3].map((count) => elsewhere.place('MUG-RED', count)));
    const tooMany = await elsewhere.place('MUG-RED', 5_000);
    await elsewhere.cancel(seen);
    const ids = [...placed, tooMany].map(({ orderId }) => orderId);
    await expect
      .poll(async () =>
        (await Promise.all(ids.map((one) => elsewhere.order(one)))).map(({ status }) => status),
      )
      .toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'REJECTED']);

    proxy.target = second.port;
    await proxy.heal();
    await shopper.isLive();
    await expect
      .poll(() => shopper.told())
      .toEqual({ [seen]: [1, 2, 3], ...Object.fromEntries(ids.map((one) => [one, [1, 2]])) });
    await page.getByTestId('returned').getByText('9 missed updates came afterwards').waitFor();
    const shown = await page
      .getByTestId('order')
      .evaluateAll((rows) =>
        rows
          .map((row) => (row as unknown as { dataset: { status: string } }).dataset.status)
          .sort(),
      );
    expect(shown).toEqual(['CANCELLED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'REJECTED']);
    // The first order comes back to the shelf, three take six off it.
    await page.getByTestId('stock-MUG-RED').getByText('695').waitFor();
    await page.close();
  });

  it('given the button that cuts it, when 10 s are over, then what was missed is shown', async () => {
    const shopper = await Shopper.open(browser(), running().url, { clock: true });
    const { page } = shopper;
    const id = (await page.locator('.who').textContent()) ?? '';
    const before = await shopper.rows();
    await page.getByRole('button', { name: 'Cut my connection for 10 s' }).click();
    await page.getByTestId('connection').getByText('Cut by you').waitFor();
    await shopper.choose('Mug, blue', 1);
    await shopper.place();
    await shopper.outcome('PLACED');
    // The same customer elsewhere: orders that this tab has no row of, and a shelf that is filled.
    const elsewhere = await Customer.signIn(running().url, { id, roles: ['customer', 'operator'] });
    await elsewhere.setStock('MUG-RED', 600);
    const placed = await elsewhere.place('MUG-RED', 2);
    await elsewhere.cancel(placed.orderId);
    expect(await shopper.rows()).toEqual(['PLACED 1 × Mug, blue', ...before]);
    await page.clock.fastForward(10_000);
    await shopper.outcome('CONFIRMED');
    await page.getByTestId('returned').getByText('1 × Mug, blue: confirmed').waitFor();
    await expect
      .poll(() => shopper.rows())
      .toEqual(['CANCELLED 2 × Mug, red', 'CONFIRMED 1 × Mug, blue', ...before]);
    await page.getByTestId('stock-MUG-RED').getByText('600').waitFor();
    await page.close();
  });

  it('given two tabs of a customer, then each shows what the other does, once', async () => {
    const first = await Shopper.open(browser(), running().url);
    const second = await first.anotherTab(running().url);
    const before = await second.rows();
    await first.choose('Mug, blue', 2);
    await first.place();
    await first.outcome('CONFIRMED');
    await expect.poll(() => second.rows()).toEqual(['CONFIRMED 2 × Mug, blue', ...before]);
    await second.page.getByRole('link', { name: '2 × Mug, blue' }).first().click();
    await second.page.getByRole('button', { name: 'Cancel this order' }).click();
    await first.outcome('CANCELLED');
    const [orderId = ''] = Object.keys(await first.told());
    for (const tab of [first, second]) {
      await expect.poll(() => tab.rows()).toEqual(['CANCELLED 2 × Mug, blue', ...before]);
      await expect.poll(() => tab.told()).toEqual({ [orderId]: [1, 2, 3] });
    }
    await second.page.close();
    await first.page.close();
  });
}
