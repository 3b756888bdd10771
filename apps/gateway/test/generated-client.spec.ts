// Begins early: takes 7 s.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

/** What was generated, as far as this test calls it. */
type Call = (options?: object) => Promise<{
  readonly data?: Record<string, never> & { items: readonly { orderId: string }[] };
  readonly error?: { readonly code: string; readonly errors?: readonly object[] };
  readonly response: Response;
}>;

let gateway: GatewayFixture;
let folder: string;
let api: Record<string, Call>;
let operator: string;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  folder = mkdtempSync(join(import.meta.dirname, '.generated-'));
  const { body: input } = await gateway.call('GET', '/openapi.json');
  const output = { path: join(folder, 'client'), postProcess: [] };
  const plugins = ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'] as const;
  await createClient({ input, output, plugins: [...plugins], logs: { level: 'silent' } });
  writeFileSync(
    join(folder, 'entry.ts'),
    "export * from './client/sdk.gen';\nexport { client } from './client/client.gen';\n",
  );
  const bundle = await rolldown({ input: join(folder, 'entry.ts'), logLevel: 'silent' });
  const file = join(folder, 'client.mjs');
  await bundle.write({ file, format: 'esm' });
  const made = (await import(/* @vite-ignore */ file)) as Record<string, Call> & {
    client: { setConfig(config: object): void };
  };
  made.client.setConfig({ baseUrl: gateway.url });
  api = made;
  operator = await gateway.token('olga', 'operator');
});
afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true });
  await gateway?.stop();
});

it('has types that the compiler takes, and that know the interface', () => {
  writeFileSync(
    join(folder, 'caller.ts'),
    `import { getStock, placeOrder } from './entry';
export const stock = getStock({ path: { sku: 'CUP' } }).then(({ data }) => data?.available.toFixed());
export const wrong = placeOrder({ body: { lines: [{ sku: 7, quantity: 1 }] }, headers: { 'Idempotency-Key': 'k' } });
`,
  );
  const program = ts.createProgram([join(folder, 'caller.ts')], {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ...{
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    },
  });
  const said = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  expect(said).toEqual(["Type 'number' is not assignable to type 'string'."]);
});

it('places, gets, lists by cursor and cancels', async () => {
  const { devToken, placeOrder, getOrder, listOrders, cancelOrder } = api as Required<typeof api>;
  const signedIn = await devToken!({ body: { customerId: 'gen' } });
  const auth = signedIn.data!['token'] as unknown as string;
  const place = (quantity: number) =>
    placeOrder!({
      ...{ auth, body: { lines: [{ sku: 'CUP', quantity }] } },
      headers: { 'Idempotency-Key': crypto.randomUUID() },
    });
  const orders = [await place(1), await place(2), await place(3)];
  expect(orders.map(({ response }) => response.status)).toEqual([201, 201, 201]);
  const [first, second, third] = orders.map(({ data }) => String(data!['orderId']));
  const path = { orderId: first };
  expect((await getOrder!({ auth, path })).data).toMatchObject({ orderId: first, version: 1 });
  const page = await listOrders!({ auth, query: { limit: 2 } });
  expect(page.data!.items.map(({ orderId }) => orderId)).toEqual([third, second]);
  const rest = await listOrders!({ auth, query: { limit: 2, cursor: page.data!['nextCursor'] } });
  expect(rest.data!.items.map(({ orderId }) => orderId)).toEqual([first]);
  expect((await cancelOrder!({ auth, path })).data).toMatchObject({ status: 'CANCELLED' });
});

it('reads and sets stock by its entity tag, and has errors as problems', async () => {
  const { getStock, setStock, placeOrder } = api as Required<typeof api>;
  const path = { sku: 'TEA' };
  const read = await getStock!({ path });
  const set = (headers: object) =>
    setStock!({ auth: operator, path, headers, body: { quantity: 3 } });
  const tag = { 'If-Match': read.response.headers.get('etag') };
  expect((await set(tag)).data).toMatchObject({ sku: 'TEA', available: 3 });
  expect((await set(tag)).error?.code).toBe('PRECONDITION_FAILED');
  expect((await getStock!({ path: { sku: 'NOPE' } })).error?.code).toBe('STOCK_NOT_FOUND');
  const wrong = await placeOrder!({
    ...{ auth: operator, body: { lines: [] }, headers: { 'Idempotency-Key': 'wrong' } },
  });
  expect(wrong.error).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '/lines' }] });
});
