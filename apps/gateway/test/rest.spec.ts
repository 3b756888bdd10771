import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../src/inbound/api-schemas.js';
import { order, orderPage } from '../src/inbound/orders.api.js';
import { stockItem, stockPage } from '../src/inbound/stock.api.js';
import { GatewayFixture } from './gateway-fixture.js';

let gateway: GatewayFixture;
let ann: string;
let operator: string;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  ann = await gateway.token('ann', 'customer');
  operator = await gateway.token('olga', 'operator');
});
afterAll(() => gateway?.stop());

const lines = [{ sku: 'CUP', quantity: 2 }];
const place = (body: unknown, headers: Record<string, string> = {}, token = ann) =>
  gateway.call('POST', '/v1/orders', {
    ...{ token, body },
    headers: { 'idempotency-key': crypto.randomUUID(), ...headers },
  });

describe('orders', () => {
  it('given lines, when placing, then 201 with the order and where it is', async () => {
    const { status, headers, body } = await place({ lines });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/orders/${body.orderId}`);
    expect(headers.get('idempotent-replayed')).toBeNull();
    expect(order.parse(body)).toMatchObject({
      ...{ status: 'PLACED', version: 1, total: { amountMinor: 500, currency: 'EUR' } },
      lines: [{ sku: 'CUP', quantity: 2, unitPrice: { amountMinor: 250, currency: 'EUR' } }],
    });
    expect((await gateway.call('GET', `/v1/orders/${body.orderId}`, { token: ann })).body).toEqual(
      body,
    );
  });

  it('given a key that was used, when placing again, then the same order, or 409 for another body', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const first = await place({ lines }, key);
    const again = await place({ lines }, key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(again.body).toEqual(first.body);
    const other = await place({ lines: [{ sku: 'TEA', quantity: 1 }] }, key);
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('given several orders, when listing, then newest first and page by page', async () => {
    const token = await gateway.token('lister');
    const placed = [
      await gateway.place(token),
      await gateway.place(token),
      await gateway.place(token),
    ];
    const first = await gateway.call('GET', '/v1/orders?cursor=&limit=2', { token });
    const next = `/v1/orders?limit=2&cursor=${first.body.nextCursor}`;
    const second = await gateway.call('GET', next, { token });
    const pages = [orderPage.parse(first.body), orderPage.parse(second.body)];
    expect(pages.flatMap((page) => page.items.map((one) => one.orderId))).toEqual(placed.reverse());
    expect(pages[1]?.nextCursor).toBeNull();
  });

  it('given an order, when cancelling it twice, then 200 and no further version', async () => {
    const orderId = await gateway.place(ann);
    const path = `/v1/orders/${orderId}/cancel`;
    const first = await gateway.call('POST', path, { token: ann });
    expect([first.status, first.body.status, first.body.version]).toEqual([200, 'CANCELLED', 2]);
    const emptyJson = { 'content-type': 'application/json' };
    const second = await gateway.call('POST', path, { token: ann, headers: emptyJson });
    expect([second.status, second.body.version]).toEqual([200, 2]);
  });

  it('given a traceparent, when placing, then the trace goes on in the order service', async () => {
    const traceId = 'c'.repeat(32);
    await place({ lines }, { traceparent: `00-${traceId}-${'d'.repeat(16)}-01` });
    expect(gateway.orders.traceIds.at(-1)).toBe(traceId);
  });
});

describe('stock', () => {
  it('is public, and an operator sets what is available', async () => {
    const page = await gateway.call('GET', '/v1/stock?limit=2');
    expect(stockPage.parse(page.body).items.map((item) => item.sku)).toEqual(['CUP', 'MUG-BLUE']);
    const set = await gateway.call('PUT', '/v1/stock/TEA', {
      token: operator,
      body: { quantity: 0 },
    });
    expect([set.status, stockItem.parse(set.body).available]).toEqual([200, 0]);
    expect((await gateway.call('GET', '/v1/stock/TEA')).body).toEqual(set.body);
  });

  it('given no role, when setting, then 403', async () => {
    const body = { quantity: 1 };
    const answer = await gateway.call('PUT', '/v1/stock/TEA', { token: ann, body });
    expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('every error is a problem document', () => {
  const authorized = { authorization: '' };
  beforeAll(() => void (authorized.authorization = `Bearer ${ann}`));

  it.each<[string, string, string, unknown, number, string]>([
    ['an unknown route', 'GET', '/v1/nothing', undefined, 404, 'NOT_FOUND'],
    ['an unknown file', 'GET', '/nothing.js', undefined, 404, 'NOT_FOUND'],
    ['a method that is not offered', 'DELETE', '/v1/orders', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['a GET where only POST is', 'GET', '/dev/token', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['what is not JSON', 'POST', '/v1/orders', '{"lines":', 400, 'VALIDATION_FAILED'],
    ['another JSON type', 'POST', '/v1/orders', [], 400, 'VALIDATION_FAILED'],
    ['no body', 'POST', '/v1/orders', undefined, 400, 'VALIDATION_FAILED'],
    ['no lines', 'POST', '/v1/orders', { lines: [] }, 400, 'VALIDATION_FAILED'],
    [
      'an unknown SKU',
      'POST',
      '/v1/orders',
      { lines: [{ sku: 'NOPE', quantity: 1 }] },
      422,
      'SKU_UNKNOWN',
    ],
    ['an id that is none', 'GET', '/v1/orders/..%2f..%2fetc', undefined, 404, 'ORDER_NOT_FOUND'],
    ['an order that is not there', 'GET', '/v1/orders/x', undefined, 404, 'ORDER_NOT_FOUND'],
    ['a SKU with a NUL', 'GET', '/v1/stock/%00', undefined, 404, 'STOCK_NOT_FOUND'],
    ['a SKU that is not there', 'GET', '/v1/stock/NOPE', undefined, 404, 'STOCK_NOT_FOUND'],
    ['a bad cursor', 'GET', '/v1/orders?cursor=bad', undefined, 400, 'CURSOR_INVALID'],
    ['a bad limit', 'GET', '/v1/orders?limit=101', undefined, 400, 'VALIDATION_FAILED'],
    [
      'a limit given twice',
      'GET',
      '/v1/orders?limit=1&limit=2',
      undefined,
      400,
      'VALIDATION_FAILED',
    ],
    ['a negative stock', 'PUT', '/v1/stock/TEA', { quantity: -1 }, 400, 'VALIDATION_FAILED'],
  ])('given %s, then so', async (_what, method, path, body, status, code) => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const token = path.startsWith('/v1/stock/TEA') ? operator : ann;
    const answer = await gateway.call(method, path, { token, body, headers: key });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(problem.parse(answer.body)).toMatchObject({
      ...{ status, code, type: `urn:mesh:error:${code}` },
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/^(POST|POST, GET, HEAD)$/);
  });

  it('given a path that can not be decoded, then 400', async () => {
    const answer = await gateway.call('GET', '/v1/stock/%E0%A4%A');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('given faults in a body, then each is named by its place', async () => {
    const { status, body } = await place({
      lines: [{ sku: 'CUP', quantity: -1 }, { quantity: 1.5, color: 'red' }, 7],
      'a/b': 1,
    });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { path: '/lines/0/quantity', message: 'must be 1 or more' },
      { path: '/lines/1/sku', message: 'must be a string' },
      { path: '/lines/1/quantity', message: 'must be a whole number from 1 to 1000000000' },
      { path: '/lines/1/color', message: 'Unknown field' },
      { path: '/lines/2', message: 'must be an object' },
      { path: '/a~1b', message: 'Unknown field' },
    ]);
  });

  it('given faults of the order service, then their places come through', async () => {
    const { body } = await place({ lines: [...lines, { sku: 'NOPE', quantity: 1 }] });
    expect(body.errors).toEqual([{ path: '/lines/1/sku', message: 'is not a known SKU: NOPE' }]);
  });

  it('given no Idempotency-Key, or one that is none, then 400', async () => {
    const none = await gateway.call('POST', '/v1/orders', { token: ann, body: { lines } });
    expect([none.status, none.body.code]).toEqual([400, 'IDEMPOTENCY_KEY_REQUIRED']);
    const long = await place({ lines }, { 'idempotency-key': 'k'.repeat(256) });
    expect([long.status, long.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('given 10,000 lines, then 400 with few words', async () => {
    const many = { lines: Array.from({ length: 10_000 }, () => ({ sku: 'A', q: 1 })) };
    const { status, body } = await place(many);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.errors.length).toBeLessThanOrEqual(40);
    const valid = { lines: Array.from({ length: 10_000 }, () => ({ sku: 'A', quantity: 1 })) };
    expect((await place(valid)).body.errors).toEqual([
      { path: '/lines', message: 'must have 1 to 100 lines' },
    ]);
  });

  it.each([
    ['with its length', (text: string) => text],
    ['in chunks', (text: string) => new Blob([text]).stream()],
  ])('given 2 MiB %s, then 413, and the next request is served', async (_how, body) => {
    const response = await fetch(`${gateway.url}/v1/orders`, {
      method: 'POST',
      headers: { ...authorized, 'content-type': 'application/json' },
      body: body(JSON.stringify({ lines: 'x'.repeat(2 * 1024 * 1024) })),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      detail: 'The body must be at most 256 KiB',
    });
    expect((await place({ lines })).status).toBe(201);
  });

  it('given JSON in chunks, then it is read', async () => {
    const response = await fetch(`${gateway.url}/v1/orders`, {
      method: 'POST',
      headers: { ...authorized, 'content-type': 'application/json', 'idempotency-key': 'chunks' },
      body: new Blob([JSON.stringify({ lines })]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(201);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'given the media type "%s", then 415',
    async (type) => {
      const response = await fetch(`${gateway.url}/v1/orders`, {
        method: 'POST',
        headers: { ...authorized, ...(type && { 'content-type': type }) },
        body: new Blob([JSON.stringify({ lines })]),
      });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  it('given that the order service is gone, then 503 with Retry-After', async () => {
    const lonely = await GatewayFixture.start({ ORDER_GRPC_ADDRESS: '127.0.0.1:1' });
    const token = await lonely.token();
    const answer = await lonely.call('GET', '/v1/orders', { token });
    expect([answer.status, answer.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(answer.body.detail).toBe('mesh.order.v1.OrderService is not reachable');
    expect(answer.headers.get('retry-after')).toBe('1');
    await lonely.stop();
  });

  it('given that the order service does not answer in time, then 503 with Retry-After', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gateway.orders.pause = promise;
    const answer = await gateway.call('GET', '/v1/orders', { token: ann });
    resolve();
    expect([answer.status, answer.body.code]).toEqual([503, 'DEADLINE_EXCEEDED']);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

describe('identity', () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

  it('given no token, a forged one, one with alg none, or one signed by another key, then 401', async () => {
    const [header = '', payload = '', signature = ''] = ann.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = `${header}.${encode({ ...claims, sub: 'bob' })}.${signature}`;
    const none = `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`;
    for (const token of [undefined, 'x', forged, none, `${header}.${payload}.`]) {
      const answer = await gateway.call('GET', '/v1/orders', token ? { token } : {});
      expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it("given another customer's order, then 404 as if there were none", async () => {
    const orderId = await gateway.place(ann);
    const bob = await gateway.token('bob');
    for (const [method, path] of [
      ['GET', `/v1/orders/${orderId}`],
      ['POST', `/v1/orders/${orderId}/cancel`],
    ] as const) {
      const answer = await gateway.call(method, path, { token: bob });
      expect([answer.status, answer.body.code]).toEqual([404, 'ORDER_NOT_FOUND']);
    }
    expect((await gateway.call('GET', '/v1/orders', { token: bob })).body.items).toEqual([]);
  });

  it('given development, then /dev/token signs anybody in', async () => {
    const body = { customerId: 'zoe', roles: [] };
    const { status, body: answer } = await gateway.call('POST', '/dev/token', { body });
    expect(status).toBe(200);
    const orders = await gateway.call('GET', '/v1/orders', { token: answer.token });
    expect(orders.status).toBe(200);
  });

  it.each(['', 'a b', 'a'.repeat(201), 'é'.repeat(121), 'al\nice', 'al\0ice'])(
    'given customer %j, then /dev/token refuses it',
    async (customerId) => {
      const { status, body } = await gateway.call('POST', '/dev/token', { body: { customerId } });
      expect([status, body.code, body.errors[0].path]).toEqual([
        400,
        'VALIDATION_FAILED',
        '/customerId',
      ]);
    },
  );

  it('given an issuer instead of the development key, then there is no /dev/token', async () => {
    const issued = await GatewayFixture.start({
      AUTH_DEV_KEY_FILE: '',
      AUTH_ISSUER: 'https://issuer.example',
      AUTH_JWKS_URL: 'http://127.0.0.1:1/keys',
    });
    const body = { customerId: 'zoe' };
    const answer = await issued.call('POST', '/dev/token', { body });
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect((await issued.call('GET', '/openapi.json')).body.paths['/dev/token']).toBeUndefined();
    const unverified = await issued.call('GET', '/v1/orders', { token: ann });
    expect([unverified.status, unverified.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(unverified.headers.get('retry-after')).toBe('1');
    await issued.stop();
  });
});
