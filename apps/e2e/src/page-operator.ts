import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Customer } from '@mesh/tools/testing/customer';
import type { Mesh } from '@mesh/tools/testing/mesh';
import type { Inject } from './injecting.js';
import { Shopper } from './shopper.js';

/** The view of who runs the mesh. */
export function operatorCases(running: () => Mesh, browser: () => Browser, inject: Inject): void {
  let operator: Shopper;
  let page: Page;
  let customer: Shopper;

  beforeAll(async () => {
    operator = await Shopper.open(browser(), `${running().url}/#/operator`);
    page = operator.page;
    customer = await Shopper.open(browser(), running().url);
  });
  afterAll(async () => {
    await page?.close();
    await customer?.page.close();
  });

  it('given a customer, when he acts as an operator, then he sees what every service does', async () => {
    expect(await page.getByRole('heading', { name: 'Services' }).count()).toBe(0);
    await page.getByRole('switch', { name: 'Act as an operator' }).check();
    for (const service of ['order', 'inventory', 'notifications', 'gateway'])
      await page.getByTestId(`service-${service}`).getByText('ready').waitFor();
    const order = page.getByTestId('service-order');
    await order.getByText('Outbox depth').waitFor();
    await order.getByText(/^Lag/).first().waitFor();
    await page
      .getByTestId('service-notifications')
      .getByText(/^Breaker/)
      .first()
      .waitFor();
    await page.reload();
    await page.getByTestId('service-gateway').getByText('ready').waitFor();
  });

  it('given an operator, when he sets the stock, then every page sees it live', async () => {
    const row = page.getByTestId('edit-KETTLE-GN');
    const field = row.getByLabel('New quantity of Gooseneck kettle');
    await field.fill('many');
    await field.press('Enter');
    await row.getByText('A whole number from 0').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('77');
    await field.press('Enter');
    await row.getByText('✓ set').waitFor();
    await customer.page.getByTestId('stock-KETTLE-GN').getByText('77').waitFor();
  });

  it('given two operators at one item, when one has set it, then the other is told before it is lost', async () => {
    const other = await Customer.signIn(running().url, { roles: ['operator'] });
    const { available: before } = await other.stock('POT-GLASS');
    const row = page.getByTestId('edit-POT-GLASS');
    const field = row.getByLabel('New quantity of Glass coffee pot');
    const looking = page.waitForResponse(/\/v1\/stock\/POT-GLASS$/);
    const [looked] = await Promise.all([looking, field.fill('150')]);
    await looked.finished();
    await other.setStock('POT-GLASS', 180);
    await field.press('Enter');
    await row
      .getByText(
        `Changed since you began: it was ${before} and is 180 now. Press Set again to make it 150.`,
      )
      .waitFor();
    expect((await other.stock('POT-GLASS')).available).toBe(180);
    await field.press('Enter');
    await row.getByText('✓ set').waitFor();
    expect((await other.stock('POT-GLASS')).available).toBe(150);
  });

  it('given a dead letter, then it is looked at, redriven in vain and discarded', async () => {
    const key = randomUUID();
    const body = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
    await inject([{ stream: 'mesh.inventory.v1', key, body }]);
    const row = page.getByTestId('dead-letters').getByRole('row').filter({ hasText: key });
    const mine = row.filter({ hasText: '· order ·' });
    await mine.getByRole('link', { name: /^Look at letter/ }).click();
    await page.getByTestId('letter').getByText('binary of no known form').waitFor();
    await mine.getByRole('button', { name: /^Redrive letter/ }).click();
    await page
      .getByTestId('dead-letters')
      .getByText(/failed again/)
      .waitFor();
    await mine.getByRole('button', { name: /^Discard letter/ }).click();
    await mine.getByRole('button', { name: /^Really discard letter/ }).click();
    await page.getByText('1 discarded.').waitFor();
    expect(await mine.count()).toBe(0);
    await page.getByRole('heading', { name: 'What operators did' }).waitFor();
    for (let left = await row.count(); left > 0; left -= 1) {
      const next = row.first();
      await next.getByRole('button', { name: /^Discard letter/ }).click();
      await next.getByRole('button', { name: /^Really discard letter/ }).click();
      await expect.poll(() => row.count()).toBe(left - 1);
    }
    expect(operator.complaints()).toEqual([]);
  });
}
