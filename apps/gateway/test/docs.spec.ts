import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
});

afterAll(() => gateway?.stop());

/** The commands of the first order, as a reader copies them. */
async function commands(): Promise<readonly string[]> {
  const { body } = await gateway.call('GET', '/docs');
  const steps: string = body.split('id="first-order"')[1].split('</ol>')[0];
  return [...steps.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, text]) =>
    text!
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
}

describe('the first order with curl at /docs', () => {
  it('given its commands are pasted into a shell, then there is an order', async () => {
    const script = (await commands()).join('\n');
    expect(script).toContain(`BASE=${gateway.url}\n`);
    const { stdout, stderr } = await promisify(execFile)('sh', ['-euc', script]);
    expect(stderr).toBe('');
    const [stock, placed, orders] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(stock.items).toContainEqual(expect.objectContaining({ sku: 'MUG-BLUE' }));
    expect(placed).toMatchObject({ status: 'PLACED', lines: [{ sku: 'MUG-BLUE', quantity: 2 }] });
    expect(orders.items).toEqual([placed]);
  });
});
