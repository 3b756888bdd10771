import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Of the page's DOM, whose types are not those of Node. */
interface Row {
  readonly dataset: { readonly status: string };
  readonly firstElementChild: { readonly textContent: string };
}

/** A person at the page, in a browser profile of his own. */
export class Shopper {
  readonly #complaints: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('console', (line) => line.type() === 'error' && this.#complaints.push(line.text()));
  }

  /** Opens the page and waits until it is live. `clock`: its time is moved by `page.clock`. @default false */
  static async open(
    browser: Browser,
    url: string,
    { clock = false, ...options }: BrowserContextOptions & { readonly clock?: boolean } = {},
  ): Promise<Shopper> {
    const context = await browser.newContext(options);
    if (clock) await context.clock.install();
    return Shopper.#at(await context.newPage(), url);
  }

  static async #at(page: Page, url: string): Promise<Shopper> {
    const shopper = new Shopper(page);
    await page.goto(url);
    await shopper.isLive();
    return shopper;
  }

  /** The same person in a second tab. */
  async anotherTab(url: string): Promise<Shopper> {
    return Shopper.#at(await this.page.context().newPage(), url);
  }

  /** What the page's script failed with. By 404 the page learns what a mesh has not, by 412 what was changed. */
  complaints(): string[] {
    return this.#complaints.filter((text) => !/status of (404|412)/.test(text));
  }

  async isLive(): Promise<void> {
    await this.page.getByTestId('connection').getByText('Live', { exact: true }).waitFor();
    // The orders come a moment after, which `rows` would miss.
    await this.page.getByText('Loading…', { exact: true }).waitFor({ state: 'detached' });
  }

  async choose(name: string, quantity: number): Promise<void> {
    await this.page.getByLabel(`Quantity of ${name}`, { exact: true }).fill(String(quantity));
  }

  async place(): Promise<void> {
    await this.page.getByRole('button', { name: /^Place order/ }).click();
  }

  /** Waits until the order that is looked at has that status. */
  async outcome(status: string): Promise<void> {
    await this.page.locator(`[data-testid=outcome][data-status=${status}]`).waitFor();
  }

  /** The orders that are listed, newest first, as `CONFIRMED 1 × Mug, blue`. */
  rows(): Promise<string[]> {
    return this.page.getByTestId('order').evaluateAll((rows) =>
      rows.map((row) => {
        const { dataset, firstElementChild } = row as unknown as Row;
        return `${dataset.status} ${firstElementChild.textContent}`;
      }),
    );
  }

  /** The versions that this tab was told of, by order. */
  async told(): Promise<Record<string, number[]>> {
    const kept = (await this.page.evaluate('sessionStorage.getItem("mesh.stories")')) as string;
    const stories = JSON.parse(kept) as Record<string, { changes: { version: number }[] }>;
    return Object.fromEntries(
      Object.entries(stories).map(([id, { changes }]) => [id, changes.map((one) => one.version)]),
    );
  }
}
