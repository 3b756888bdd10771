import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from './browser.js';
import type { Mesh } from '@mesh/tools/testing/mesh';

/** The page as a person uses it, in headless Chromium. */
export function pageCases(running: () => Mesh): void {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    await page.goto(running().url);
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('given the page, when placing an order, then it is seen confirmed live', async () => {
    await page.getByTestId('connection').getByText('Live', { exact: true }).waitFor();
    await page
      .getByRole('button', { name: /^One .* more$/ })
      .first()
      .click();
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.locator('[data-testid=outcome][data-status=CONFIRMED]').waitFor();
    await page.locator('[data-testid=order][data-status=CONFIRMED]').first().waitFor();
    expect(await page.locator('.journey li.reached').count()).toBe(4);
    expect(complaints).toEqual([]);
  });

  it('given a confirmed order, when cancelling it on the page, then it is seen cancelled', async () => {
    await page
      .getByRole('button', { name: /^Cancel the order/ })
      .first()
      .click();
    await page.locator('[data-testid=order][data-status=CANCELLED]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('given a phone, when the page is opened, then nothing is wider than the screen', async () => {
    const phone = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await phone.goto(running().url);
    await phone.getByTestId('connection').getByText('Live', { exact: true }).waitFor();
    const overflow = await phone.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    await phone.close();
  });
}
