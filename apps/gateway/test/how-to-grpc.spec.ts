import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import * as connect from '@connectrpc/connect';
import * as connectWeb from '@connectrpc/connect-web';
import * as order from '@mesh/contracts/es/order';
import { eventually } from '@mesh/tools/testing/eventually';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

// What docs/how-to/grpc-from-a-browser.md shows, run as it stands there.
const page = readFileSync(
  new URL('../../../docs/how-to/grpc-from-a-browser.md', import.meta.url),
  'utf8',
);
const block = (language: string) =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
const modules: Readonly<Record<string, unknown>> = {
  '@connectrpc/connect': connect,
  '@connectrpc/connect-web': connectWeb,
  '@mesh/contracts/es/order': order,
};
interface Snippet {
  watchNewOrder(base: string, token: string, seen: (version: number) => boolean): Promise<void>;
}

let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(() => gateway?.stop());

it('places an order and watches it until the reader has seen enough', async () => {
  const seen: number[] = [];
  const snippet = load(block('ts'));
  await snippet.watchNewOrder(gateway.url, await gateway.token('ann'), (version) => {
    seen.push(version);
    return false;
  });
  expect(seen).toEqual([1]);
  await eventually('the end of the watch', () => gateway.orders.watchers === 0);
});

it('lists orders with curl', async () => {
  const orderId = await gateway.place(await gateway.token('ann'));
  const script = block('sh').replace('http://localhost:3000', gateway.url);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script]);
  const { orders } = JSON.parse(stdout) as { readonly orders: readonly object[] };
  expect(orders).toContainEqual(expect.objectContaining({ orderId }));
});

function load(code: string): Snippet {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  new Function('require', 'exports', outputText)((name: string) => modules[name], exported);
  return exported as Snippet;
}
