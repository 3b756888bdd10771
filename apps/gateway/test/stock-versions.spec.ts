import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

let gateway: GatewayFixture;
let operator: string;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  operator = await gateway.token('olga', 'operator');
});
afterAll(() => gateway?.stop());

const get = (headers: Record<string, string> = {}) =>
  gateway.call('GET', '/v1/stock/TEA', { headers });
const put = (quantity: number, headers: Record<string, string> = {}, sku = 'TEA') =>
  gateway.call('PUT', `/v1/stock/${sku}`, { token: operator, body: { quantity }, headers });
const tag = async () => (await get()).headers.get('etag') ?? '';

it('given an item, then its ETag moves with each change, and its body is as it was', async () => {
  const before = await get();
  expect(before.headers.get('etag')).toMatch(/^"\d+"$/);
  expect(before.headers.get('cache-control')).toBe('no-cache');
  expect(Object.keys(before.body)).toEqual(['sku', 'name', 'price', 'available']);
  const set = await put(3);
  expect([set.status, set.headers.get('etag'), Object.keys(set.body)]).toEqual([
    ...[200, null],
    ['sku', 'name', 'price', 'available'],
  ]);
  expect(await tag()).not.toBe(before.headers.get('etag'));
});

it('given If-None-Match of what it is, strong, weak, in a list or *, then 304 without a body', async () => {
  const now = await tag();
  for (const names of [now, `W/${now}`, `"x", ${now}`, '*']) {
    const { status, headers, body } = await get({ 'if-none-match': names });
    expect([names, status, body, headers.get('etag')]).toEqual([names, 304, '', now]);
    expect(headers.get('x-request-id')).not.toBeNull();
  }
  expect((await get({ 'if-none-match': '"0"' })).status).toBe(200);
});

it('given If-Match of what it is, in a list or *, or none, then it is set', async () => {
  expect((await put(4, { 'if-match': await tag() })).status).toBe(200);
  expect((await put(5, { 'if-match': `"x", ${await tag()}` })).status).toBe(200);
  expect((await put(6, { 'if-match': '*' })).status).toBe(200);
  expect((await put(7)).status).toBe(200);
});

it('given If-Match of an older version, or a weak tag, then 412 and it stays', async () => {
  const older = await tag();
  await put(8);
  for (const names of [older, `W/${await tag()}`, '"nothing-of-ours"']) {
    const { status, headers, body } = await put(9, { 'if-match': names });
    expect([names, status, body.code]).toEqual([names, 412, 'PRECONDITION_FAILED']);
    expect(headers.get('content-type')).toBe('application/problem+json');
  }
  expect((await get()).body.available).toBe(8);
});

it('given two that read the same and set at once, then one wins', async () => {
  const both = { 'if-match': await tag() };
  const answers = await Promise.all([put(1, both), put(2, both)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
});

it('given If-Match that is no list of tags, then 400; of an unknown SKU, then 404; and it takes the role first', async () => {
  expect((await put(1, { 'if-match': '3' })).body.code).toBe('VALIDATION_FAILED');
  expect((await put(1, { 'if-match': '"1"' }, 'NOPE')).body.code).toBe('STOCK_NOT_FOUND');
  const token = await gateway.token('carl', 'customer');
  const customer = await gateway.call('PUT', '/v1/stock/TEA', {
    ...{ token, body: { quantity: 1 } },
    headers: { 'if-match': '3' },
  });
  expect(customer.body.code).toBe('FORBIDDEN');
});
