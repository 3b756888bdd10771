import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../src/inbound/docs/openapi-document.js';
import { GatewayFixture } from './gateway-fixture.js';

const shop = 'https://shop.example';

let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start({ CORS_ORIGINS: shop });
});
afterAll(() => gateway?.stop());

describe('the contracts', () => {
  it('are served, and list every route of the interface', async () => {
    const { status, body } = await gateway.call('GET', '/openapi.json');
    expect(status).toBe(200);
    const { paths } = body as OpenApiDocument;
    for (const [path, item] of Object.entries(paths)) {
      for (const method of Object.keys(item)) {
        const answer = await gateway.call(method.toUpperCase(), path.replace(/\{\w+\}/, 'x'));
        expect([path, method, answer.body.code]).not.toEqual([path, method, 'NOT_FOUND']);
        expect([path, method, answer.status]).not.toEqual([path, method, 405]);
      }
    }
    expect((await gateway.call('GET', '/asyncapi.json')).body.asyncapi).toBe('3.0.0');
  });

  it('given HEAD, then the headers of GET', async () => {
    const { status, body } = await gateway.call('HEAD', '/v1/stock');
    expect([status, body]).toEqual([200, '']);
  });

  it('can be read at /docs', async () => {
    const { status, headers, body } = await gateway.call('GET', '/docs');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toContain('POST /v1/orders');
    const style = await gateway.call('GET', '/docs/style.css');
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });
});

describe('the page', () => {
  it('is at / and asked for again when it changes; its hashed files are kept', async () => {
    const page = await gateway.call('GET', '/');
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = await gateway.call('GET', '/assets/index-abc123.js');
    expect(script.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('given a path that leads out of its folder, then 404', async () => {
    const ways = [
      '/..%2fsecret',
      '/assets/..%2f..%2fsecret',
      '/%2e%2e/x',
      '/%00',
      '/assets/..%5cx',
    ];
    for (const path of ways) {
      const { status, body } = await gateway.call('GET', path);
      expect([path, status, body.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
  });

  it('given an id of any length, then 404', async () => {
    for (const length of [200, 2_000, 10_000]) {
      const { status, body } = await gateway.call('GET', `/v1/stock/${'x'.repeat(length)}`);
      expect([length, status, body.code !== undefined]).toEqual([length, 404, true]);
    }
  });

  it('may load only what is its own', async () => {
    for (const path of ['/', '/docs', '/v1/stock', '/nothing']) {
      const { headers } = await gateway.call('GET', path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('given the interface, then nothing of it is kept by caches', async () => {
    const { headers } = await gateway.call('GET', '/v1/stock');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('pages elsewhere', () => {
  const preflight = (origin: string) =>
    gateway.call('OPTIONS', '/v1/orders', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,idempotency-key,content-type',
      },
    });

  it('given an origin of the config, then it may call and see the headers', async () => {
    const { status, headers } = await preflight(shop);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, shop]);
    const answer = await gateway.call('GET', '/v1/stock', { headers: { origin: shop } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location');
  });

  it('given another origin, then browsers are not told that it may', async () => {
    const { headers } = await preflight('https://evil.example');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('broken and slow clients', () => {
  const say = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('close', () => resolve(answer)).on('error', reject);
      socket.write(text);
    });

  it('given what is no HTTP, then 400 as a problem, and the connection ends', async () => {
    const answer = await say('HELO mesh\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toContain('"code":"VALIDATION_FAILED"');
  });

  it.each([
    ['no', ''],
    ['two', 'host: x\r\nHost: y\r\n'],
  ])('given %s Host, then 400 as a problem that can be found again', async (_, hosts) => {
    for (const path of ['/v1/stock', '/nothing', '/socket.io/?EIO=4&transport=polling']) {
      const answer = await say(`GET ${path} HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(answer).toContain('content-type: application/problem+json');
      expect(answer).toContain('x-request-id: ');
    }
  });

  it('given HTTP/1.0 without Host, then an answer', async () => {
    expect(await say('GET /openapi.json HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each([
    ['h2c', '/openapi.json', 200],
    ['websocket', '/v1/stock', 200],
    ['h2c', '/socket.io/?EIO=4&transport=polling', 200],
    ['websocket', '/nothing', 404],
  ])(
    'given an offer to upgrade to %s at %s, then an answer as without it',
    async (to, at, status) => {
      const answer = await say(
        `GET ${at} HTTP/1.1\r\nhost: x\r\nconnection: close, Upgrade\r\nupgrade: ${to}\r\n\r\n`,
      );
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    },
  );

  it('given an offer to upgrade with a body, then the body is read', async () => {
    const answer = await say(
      'POST /dev/token HTTP/1.1\r\nhost: x\r\nconnection: close, Upgrade\r\nupgrade: h2c\r\n' +
        'content-type: application/json\r\ncontent-length: 20\r\n\r\n{"customerId":"ann"}',
    );
    expect(answer).toContain('"token":');
  });

  it('given headers of 64 KiB, then 431', async () => {
    const answer = await say(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  it.each([
    ['a path of 64 KiB', `HEAD /${'y'.repeat(65_536)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ['a header that is none', 'HEAD / HTTP/1.1\r\nhost: x\r\n:\r\n\r\n', 400],
    ['an expectation', 'HEAD / HTTP/1.1\r\nhost: x\r\nexpect: x\r\n\r\n', 417],
  ])('given HEAD with %s, then the headers of the refusal alone', async (_what, text, status) => {
    const answer = await say(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/^content-length: [1-9]/im);
    expect(answer.split('\r\n\r\n')).toEqual([expect.anything(), '']);
  });

  it('given 100 headers, then an answer; given more, then 431', async () => {
    const send = (count: number) =>
      say(
        `GET /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${'x: y\r\n'.repeat(count - 2)}\r\n`,
      );
    expect(await send(100)).toMatch(/^HTTP\/1.1 200 /);
    expect(await send(101)).toMatch(/^HTTP\/1.1 431 /);
  });

  it('given a body with a name that is refused, then it says so', async () => {
    const body = '{"customerId":"ann","__proto__":{}}';
    const answer = await gateway.call('POST', '/dev/token', { body });
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      'The body is not valid JSON, or has a member __proto__ or constructor.prototype',
    ]);
  });

  it('bounds how long a client may take', () => {
    const server = (gateway.gateway.app as never as { getHttpServer(): Bounded }).getHttpServer();
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(30_000);
    expect(server.keepAliveTimeout).toBe(65_000);
  });
});

interface Bounded {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
}
