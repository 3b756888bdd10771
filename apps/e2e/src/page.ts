import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Customer } from '@mesh/tools/testing/customer';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { openBrowser } from './browser.js';
import type { Inject } from './injecting.js';
import { accessibilityCases } from './page-accessibility.js';
import { connectionCases } from './page-connection.js';
import { operatorCases } from './page-operator.js';
import { Shopper } from './shopper.js';

export interface PageOptions {
  readonly inject: Inject;
  /** As the page names them. */
  readonly brokers: readonly string[];
}

/** The page as a person uses it, in headless Chromium. */
export function pageCases(running: () => Mesh, { inject, brokers }: PageOptions): void {
  let browser: Browser;
  let page: Page;
  let shopper: Shopper;

  beforeAll(async () => {
    browser = await openBrowser();
    shopper = await Shopper.open(browser, running().url);
    page = shopper.page;
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('given the page, when placing an order, then it is seen confirmed live, with its way', async () => {
    await shopper.choose('Mug, blue', 1);
    await shopper.place();
    await shopper.outcome('CONFIRMED');
    await page.locator('[data-testid=order][data-status=CONFIRMED]').first().waitFor();
    const way = page.locator('[data-testid=leg][data-source=spans]');
    await way.locator('.hop', { hasText: 'shown' }).first().waitFor();
    const stops = ['Browser', 'Gateway', 'Order', 'Outbox', 'Inventory', ...brokers];
    // The services send their spans some at a time.
    await expect
      .poll(() => way.locator('.hop .where b').allTextContents(), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(stops));
    expect(shopper.complaints()).toEqual([]);
  });

  it('given a confirmed order, when cancelling it, then the page says so and the goods are back', async () => {
    const mugs = page.getByTestId('stock-MUG-BLUE').locator('b');
    const before = Number(await mugs.textContent());
    await page.getByRole('button', { name: 'Cancel this order' }).click();
    await shopper.outcome('CANCELLED');
    await page.getByText('puts the goods back').waitFor();
    await expect.poll(async () => Number(await mugs.textContent())).toBe(before + 1);
    await page.getByRole('heading', { name: /^Cancelling it/ }).waitFor();
  });

  it('given more than there is, when ordering, then the page warns, and tells why it was rejected', async () => {
    await shopper.choose('Pocket scale, last pieces', 900);
    await page.getByText('the order will be rejected').waitFor();
    await shopper.place();
    await shopper.outcome('REJECTED');
    await page.getByText('There was not enough in stock.').waitFor();
    await page.getByRole('button', { name: 'Put what is there into the basket' }).click();
    const scale = page.getByLabel('Quantity of Pocket scale, last pieces');
    const left = await page.getByTestId('stock-SCALE-ONE').locator('b').textContent();
    expect(await scale.inputValue()).toBe(left === 'none' ? '0' : left);
  });

  it('given what is no quantity, when ordering, then nothing is sent, and the page says where and why', async () => {
    const before = await shopper.rows();
    const field = page.getByLabel('Quantity of Mug, blue');
    for (const wrong of ['1.5', '-1', 'two']) {
      await field.fill(wrong);
      await page.getByTestId('stock-MUG-BLUE').getByText('Whole, 0 to').waitFor();
      await shopper.place();
      await page.getByText('One quantity is no whole number that can be ordered.').waitFor();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.evaluate('document.activeElement.ariaLabel')).toBe(
        'Quantity of Mug, blue',
      );
    }
    await field.fill('0');
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('false');
    await page.reload();
    await shopper.isLive();
    await expect.poll(() => shopper.rows(), { timeout: 20_000 }).toEqual(before);
  });

  it('given a page in use, when it is loaded again, then all is as it was', async () => {
    await shopper.choose('Hand grinder', 2);
    await page.locator('[data-testid=leg][data-source=spans]').waitFor();
    const state = async () => ({
      customer: await page.locator('.who').textContent(),
      lookedAt: await page.locator('#path-title').textContent(),
      outcome: await page.getByTestId('outcome').getAttribute('data-status'),
      grinders: await page.getByLabel('Quantity of Hand grinder').inputValue(),
      orders: await page.getByTestId('order').count(),
      way: await page.getByTestId('leg').getAttribute('data-source'),
      cursor: await page.evaluate(
        'Object.keys(sessionStorage).filter((key) => key.includes("cursor")).length',
      ),
    });
    const before = await state();
    expect(before).toMatchObject({ outcome: 'REJECTED', grinders: '2', cursor: 1 });
    await page.reload();
    await shopper.isLive();
    await expect.poll(state, { timeout: 20_000 }).toEqual(before);
    await shopper.choose('Hand grinder', 0);
  });

  it('given an address of somebody else’s order, then the page says that it is not there', async () => {
    const other = await Shopper.open(browser, `${running().url}/#/orders/01-of-nobody`);
    await other.page.getByText('You have no such order.').waitFor();
    await other.page.close();
  });

  it('given a mesh that keeps no traces, then the page says so and shows what it knows by itself', async () => {
    const context = await browser.newContext();
    await context.route('**/dev/traces**', (route) => route.fulfill({ status: 404, json: {} }));
    const other = await context.newPage();
    await other.goto(running().url);
    await other.getByTestId('connection').getByText('Live', { exact: true }).waitFor();
    await other.getByLabel('Quantity of Mug, blue').fill('1');
    await other.getByRole('button', { name: /^Place order/ }).click();
    await other.getByText('This mesh keeps no traces for its page').waitFor();
    const way = other.locator('[data-testid=leg][data-source=page]');
    await way.locator('.hop', { hasText: 'shown' }).waitFor();
    await other.close();
  });

  it('given a mesh that hands out no tokens, then the page takes one from a field and keeps it in the tab', async () => {
    const context = await browser.newContext();
    await context.route('**/dev/token', (route) => route.fulfill({ status: 404, json: {} }));
    const other = await context.newPage();
    await other.goto(running().url);
    const field = other.getByLabel('Access token of your identity provider');
    await field.fill('nonsense');
    await field.press('Enter');
    await other.getByText('This is no token.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const { token } = await Customer.signIn(running().url, { id: 'bearer' });
    await field.fill(token);
    await field.press('Enter');
    const live = () => other.getByTestId('connection').getByText('Live', { exact: true }).waitFor();
    await live();
    await other.reload();
    await live();
    expect(await other.locator('.who').textContent()).toBe('bearer');
    await other.close();
  });

  describe('its connection', () => connectionCases(running, () => browser));
  describe('its operator view', () => operatorCases(running, () => browser, inject));
  describe('for everybody', () => accessibilityCases(running, () => browser));
}
