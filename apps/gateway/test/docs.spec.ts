import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@mesh/tools/testing/eventually';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devKey } from './dev-key.js';
import { GatewayFixture } from './gateway-fixture.js';
import { mood, startOperated } from './operated-service.js';

const folder = temporaryFolder();
let gateway: GatewayFixture;
let operated: Awaited<ReturnType<typeof startOperated>>;

beforeAll(async () => {
  const keyFile = devKey(folder.path);
  operated = await startOperated(keyFile);
  gateway = await GatewayFixture.start({
    AUTH_DEV_KEY_FILE: keyFile,
    OPERATIONS_URLS: `inventory=${operated.management}`,
  });
});

afterAll(async () => {
  await gateway?.stop();
  await operated?.stop();
  folder.remove();
});

/** The commands of the first order, as a reader copies them. */
async function commands(): Promise<readonly string[]> {
  const { body } = await gateway.call('GET', '/docs');
  return copied(body.split('id="first-calls"')[1].split('</ol>')[0]);
}

function copied(part: string): readonly string[] {
  return [...part.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, text]) =>
    text!
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
}

/** What the examples of these operations are answered with, pasted after the first order. */
async function answersOf(ids: readonly string[]): Promise<readonly string[]> {
  const { body } = await gateway.call('GET', '/docs');
  const example = (id: string) => {
    const section: string = body.split(`<section id="${id}">`)[1].split('</section>')[0];
    return copied(section.split('<h4>Example</h4>')[1]!)[0]!;
  };
  const script = [
    ...(await commands()),
    ...ids.map((id) => `${example(id)} -o /dev/null -w '${id} %{http_code}\\n'`),
  ].join('\n');
  const { stdout } = await promisify(execFile)('sh', ['-euc', script]);
  return stdout.trim().split('\n').slice(-ids.length);
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

  it('given the examples of orders and stock are pasted after it, then each does what it says', async () => {
    const ids = ['getOrder', 'cancelOrder', 'getStock', 'setStock', 'listOrders', 'listStock'];
    expect(await answersOf(ids)).toEqual(ids.map((id) => `${id} 200`));
  });

  it('given a dead letter, when the examples of operations are pasted, then each does what it says', async () => {
    mood.refuses.add('bad');
    await operated.source.confirm('bad', 1);
    const token = await gateway.token('olga', 'operator');
    const path = '/v1/operations/inventory/dead-letters';
    await eventually('a dead letter', async () => {
      const { body } = await gateway.call('GET', path, { token });
      return body.items.length === 1;
    });
    const ids = ['listServices', 'getService', 'listDeadLetters', 'getDeadLetter'];
    ids.push('redriveDeadLetters', 'discardDeadLetters', 'listOperations');
    expect(await answersOf(ids)).toEqual(ids.map((id) => `${id} 200`));
  });
});
