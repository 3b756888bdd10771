import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { Shopper } from './shopper.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** As sent: compressed. */
const maxScriptBytes = 60_000;
/** What Core Web Vitals call good is 0.1. */
const maxLayoutShift = 0.02;

/** That all can use the page: by keyboard, by ear, on a phone, over a thin line. */
export function accessibilityCases(running: () => Mesh, browser: () => Browser): void {
  it('given a keyboard alone, when ordering, then it works and the focus is at the order', async () => {
    const { page } = await Shopper.open(browser(), running().url);
    const focused = () =>
      page.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      ) as Promise<string>;
    const tabTo = async (name: RegExp) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        if (name.test(await focused())) return;
      }
      throw new Error(`Tab never came to ${name}`);
    };
    await tabTo(/^Skip to the content$/);
    await page.keyboard.press('Enter');
    await tabTo(/^Quantity of Mug, blue$/);
    await page.keyboard.type('1');
    await tabTo(/^Place order · /);
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=outcome][data-status=CONFIRMED]').waitFor();
    expect(await focused()).toBe('1 × Mug, blue');
    await page.getByRole('status').getByText('1 × Mug, blue: confirmed').waitFor();
    await page.close();
  });

  it('given an empty basket, when ordering, then the field says what is missing', async () => {
    const { page } = await Shopper.open(browser(), running().url);
    const button = page.getByRole('button', { name: /^Place order/ });
    await button.click();
    const described = await button.getAttribute('aria-describedby');
    await page.locator(`#${described}`).getByText('Choose something first').waitFor();
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'given the %s page, then axe finds nothing serious',
    async (colorScheme) => {
      const shopper = await Shopper.open(browser(), running().url, { colorScheme });
      const { page } = shopper;
      await shopper.choose('Mug, blue', 1);
      await shopper.place();
      await shopper.outcome('CONFIRMED');
      expect(await seriousIn(page)).toEqual([]);
      await page.getByRole('link', { name: 'Operator' }).click();
      await page.getByRole('switch', { name: 'Act as an operator' }).check();
      await page.getByTestId('service-gateway').waitFor();
      expect(await seriousIn(page)).toEqual([]);
      await page.close();
    },
  );

  it('given a phone, then nothing is wider than the screen, in either view', async () => {
    const viewport = { width: 360, height: 740 };
    const { page } = await Shopper.open(browser(), running().url, { viewport });
    const overflow = () =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(await overflow()).toBe(0);
    await page.getByRole('link', { name: 'Operator' }).click();
    await page.getByRole('switch', { name: 'Act as an operator' }).check();
    await page.getByTestId('service-gateway').waitFor();
    expect(await overflow()).toBe(0);
    await page.close();
  });

  it('given a first visit, then nothing jumps and the script is small', async () => {
    const { page } = await Shopper.open(browser(), running().url);
    const shift = await page.evaluate(`new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum));
    })`);
    expect(shift).toBeLessThanOrEqual(maxLayoutShift);
    const scripts = (await page.evaluate(
      `performance.getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => new URL(name).pathname.endsWith('.js'))`,
    )) as string[];
    expect(scripts).not.toEqual([]);
    let sent = 0;
    for (const script of scripts) {
      const answer = await fetch(script, { headers: { 'accept-encoding': 'gzip' } });
      await answer.arrayBuffer();
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      sent += Number(answer.headers.get('content-length'));
    }
    expect(sent).toBeLessThanOrEqual(maxScriptBytes);
    await page.close();
  });
}

/** What axe finds that is serious or critical, in a form that says where. */
async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate(
    `axe.run({ resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
}
