import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

const traceId = 'c'.repeat(32);
const traceparent = `00-${traceId}-${'d'.repeat(16)}-01`;

let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start({ CORS_ORIGINS: 'https://shop.example' });
});
afterAll(() => gateway?.stop());

/** Writes to the port and reads until the end. */
const say = (text: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.write(text);
  });

describe('every answer says by what it is found again', () => {
  it.each<[string, number, string, string, Record<string, string>]>([
    ['an order list', 401, 'GET', '/v1/orders', {}],
    ['stock', 200, 'GET', '/v1/stock', {}],
    ['a route that is not there', 404, 'GET', '/v1/nothing', {}],
    ['a file that is not there', 404, 'GET', '/nothing.js', {}],
    ['a method that is not offered', 405, 'DELETE', '/v1/orders', {}],
    ['a path that can not be decoded', 400, 'GET', '/v1/stock/%E0%A4%A', {}],
    ['the page', 200, 'GET', '/', {}],
    ['a script of the page', 200, 'GET', '/assets/index-abc123.js', {}],
    ['the document', 200, 'GET', '/openapi.json', {}],
    ['HEAD', 200, 'HEAD', '/v1/stock', {}],
    [
      'a preflight',
      204,
      'OPTIONS',
      '/v1/orders',
      { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    ],
    ['socket.io', 200, 'GET', '/socket.io/?EIO=4&transport=polling', {}],
    ['what socket.io refuses', 400, 'GET', '/socket.io/?EIO=4&transport=none', {}],
    ['polling of another version', 400, 'GET', '/socket.io/?EIO=3&transport=polling', {}],
  ])('given %s (%i)', async (_what, status, method, path, given) => {
    const sent = { ...given, 'x-request-id': 'mine-1', traceparent };
    const answer = await gateway.call(method, path, { headers: sent });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    expect(answer.headers.get('traceresponse')).toMatch(
      new RegExp(`^00-${traceId}-(?!dddd)[0-9a-f]{16}-01$`),
    );
    if (status === 400) expect(answer.headers.get('content-type')).toBe('application/problem+json');
    if (answer.headers.get('content-type') === 'application/problem+json' && method !== 'HEAD')
      expect(answer.body.traceId).toBe(traceId);
  });

  it('given a file of the page that did not change, then 304 has them too', async () => {
    const page = await gateway.call('GET', '/');
    const again = await say(
      `GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nif-none-match: ${page.headers.get('etag')}\r\n\r\n`,
    );
    expect(again).toMatch(/^HTTP\/1.1 304 /);
    expect(again).toMatch(/^x-request-id: [0-9a-f-]{36}\r$/im);
    expect(again).toMatch(/^x-trace-id: [0-9a-f]{32}\r$/im);
  });

  it('given a body that is too large, then 413 has them too', async () => {
    const body = JSON.stringify({ customerId: 'x'.repeat(300_000) });
    const answer = await gateway.call('POST', '/dev/token', { body });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('x-trace-id')).toBe(answer.body.traceId);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['what is no HTTP', 'HELO mesh\r\n\r\n', 400],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`,
      431,
    ],
    ['what is expected of nobody', 'GET / HTTP/1.1\r\nhost: x\r\nexpect: x\r\n\r\n', 417],
  ])('given %s, then %s', async (_what, text, status) => {
    const answer = await say(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [, id] = /^x-trace-id: ([0-9a-f]{32})\r$/im.exec(answer) ?? [];
    expect(id).toBeDefined();
    expect(answer).toMatch(/^x-request-id: [0-9a-f-]{36}\r$/im);
    expect(answer).toContain(`"traceId":"${id}"`);
  });

  it.each(['', 'a b', '<script>', '-x', 'x'.repeat(129), 'é', 'a,b'])(
    'given the id %j, which is not well-formed, then one is made',
    async (id) => {
      const { headers } = await gateway.call('GET', '/v1/stock', {
        headers: { 'x-request-id': id },
      });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    },
  );

  it('given a request, then what it causes elsewhere is in the trace that it tells', async () => {
    const token = await gateway.token();
    const body = { lines: [{ sku: 'CUP', quantity: 1 }] };
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const answer = await gateway.call('POST', '/v1/orders', { token, body, headers });
    expect(gateway.orders.traceIds.at(-1)).toBe(answer.headers.get('x-trace-id'));
  });
});

describe('what was answered wrongly', () => {
  it.each(['0x10', '1e1', ' 5', '+5', '5.0', '05x', '1000', '0', '-1'])(
    'given limit=%s, then 400',
    async (limit) => {
      const path = `/v1/stock?limit=${encodeURIComponent(limit)}`;
      const { status, body } = await gateway.call('GET', path);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  it.each(['/docs', '/docs/style.css', '/openapi.json', '/asyncapi.json', '/'])(
    'given POST %s, then 405 says what it takes',
    async (path) => {
      const { status, headers, body } = await gateway.call('POST', path);
      expect([status, body.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
      expect(headers.get('allow')).toBe('GET, HEAD');
    },
  );

  it('given a page elsewhere that wants to set stock, then its preflight allows PUT', async () => {
    const { headers } = await gateway.call('OPTIONS', '/v1/stock/TEA', {
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'PUT' },
    });
    expect(headers.get('access-control-allow-methods')).toContain('PUT');
  });
});

const webSocket = {
  ...{ upgrade: 'websocket', connection: 'Upgrade, close' },
  ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
};
const live = '/socket.io/?EIO=4&transport=websocket';

describe('a WebSocket that is refused is told why as any request', () => {
  it.each<[string, number, string, Record<string, string>]>([
    ['of another protocol version', 400, '/socket.io/?EIO=3&transport=websocket', {}],
    ['of an unknown session', 400, `${live}&sid=nobody`, {}],
    ['of an unknown transport', 400, '/socket.io/?EIO=4&transport=none', {}],
    ['of another WebSocket version', 426, live, { 'sec-websocket-version': '12' }],
    ['without a key', 400, live, { 'sec-websocket-key': '' }],
    ['at another path', 404, '/live', {}],
    ['with too large headers', 431, live, { large: 'x'.repeat(20_000) }],
  ])('%s: %i', async (_what, status, path, given) => {
    const identity = status === 431 ? {} : { 'x-request-id': 'mine-2', traceparent };
    const fields = { host: 'x', ...webSocket, ...identity, ...given };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await say(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
    const problem = JSON.parse(body) as { readonly status: number; readonly traceId: string };
    expect([problem.status, problem.traceId]).toEqual([status, field('x-trace-id')]);
    if (status !== 431)
      expect([field('x-request-id'), field('x-trace-id')]).toEqual(['mine-2', traceId]);
    if (status === 426) expect(field('sec-websocket-version')).toBe('13');
  });
});
