import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Pool } from 'pg';
import { metrics } from '@mesh/tracing';
import { recordSpans } from '@mesh/tracing/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PG_POOL } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from '../testing/dev-key.js';
import { TinyModule, tinySchema } from '../testing/tiny-app.js';

let database: TestDatabase;
let service: RunningService;
let key: Awaited<ReturnType<typeof devKey>>;
let url: string;

beforeAll(async () => {
  database = await createDatabase('kit');
  key = await devKey();
  service = await startService(
    TinyModule,
    tinySchema,
    { name: 'tiny', http: true },
    {
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      MESH_LOG_URL: database.url,
      AUTH_DEV_KEY_FILE: key.file,
      HTTP_MAX_IN_FLIGHT: '3',
    },
  );
  url = `http://127.0.0.1:${service.ports.http}`;
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(url + path, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const post = (body: string, type = 'application/json') =>
  send('/lines', {
    method: 'POST',
    body,
    headers: { 'content-type': type, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
  });

describe('problems', () => {
  test('given an error with a code, when answered, then is a problem document of the trace', async () => {
    const { status, headers, body } = await send('/fail/NOT_FOUND?message=No%20job%20o-1', {
      headers: { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` },
    });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'urn:mesh:error:NOT_FOUND',
      title: 'Nothing is here',
      status: 404,
      detail: 'No job o-1',
      code: 'NOT_FOUND',
      traceId: 'c'.repeat(32),
    });
  });

  test('given an unexpected error, when answered, then says nothing of it', async () => {
    const { status, body } = await send('/fail/unexpected');
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'INTERNAL', detail: 'Something failed here' });
    expect(body['traceId']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('given a time to wait, when answered, then is in Retry-After, in whole seconds', async () => {
    expect((await send('/coded')).headers.get('retry-after')).toBe('3');
    expect((await send('/fail/UNAVAILABLE?message=x')).headers.get('retry-after')).toBe('2');
  });

  test.each([
    ['an unknown path', () => send('/nothing'), 404, 'NOT_FOUND'],
    ['a broken path', () => send('/%zz'), 400, 'VALIDATION_FAILED'],
    ['no JSON', () => post('not json'), 400, 'VALIDATION_FAILED'],
    ['an empty body', () => post(''), 400, 'VALIDATION_FAILED'],
    ['__proto__ in the body', () => post('{"__proto__":{}}'), 400, 'VALIDATION_FAILED'],
    ['another media type', () => post('<a/>', 'text/xml'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      '256 KiB and a byte',
      () => post(`{"x":"${'y'.repeat(256 * 1024 - 7)}"}`),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['no token', () => send('/me'), 401, 'UNAUTHENTICATED'],
    [
      'a forged token',
      () => send('/me', { headers: { authorization: 'Bearer forged' } }),
      401,
      'UNAUTHENTICATED',
    ],
    [
      'another scheme',
      () => send('/me', { headers: { authorization: 'Basic YTpi' } }),
      401,
      'UNAUTHENTICATED',
    ],
  ])('given %s, when sent, then the answer is a problem', async (_, request, status, code) => {
    const { headers, body, ...rest } = await request();
    expect(rest.status).toBe(status);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      status,
      code,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });
  });
});

describe('bodies', () => {
  test('given a body of the schema, when handled, then the handler is in the trace and has a deadline', async () => {
    const { status, body } = await post('{"lines":[{"gauge":"a","quantity":1}]}');
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        count: 1,
        traceId: 'a'.repeat(32),
        deadline: expect.closeTo(Date.now() + 10_000, -4) as unknown,
      },
    });
  });

  test('given a body that comes late, when handled, then the handler has as long as for another', async () => {
    const asked = request(`${url}/lines`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', expect: '100-continue' },
    });
    asked.flushHeaders();
    await once(asked, 'continue');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_000 });
    try {
      asked.end('{"lines":[{"gauge":"a","quantity":1}]}');
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const { deadline } = JSON.parse(await text(answer)) as { deadline: number };
      expect(deadline).toBeGreaterThan(Date.now());
    } finally {
      vi.useRealTimers();
    }
  });

  test('given many faults, when validated, then each is told by its JSON Pointer', async () => {
    const { body } = await post(
      '{"lines":[{"gauge":"a","quantity":0,"a/b~c":1},{"gauge":1,"quantity":1.5}],"x":1,"y":2}',
    );
    expect(body['errors']).toEqual([
      { path: '/lines/0/quantity', message: 'Too small: expected number to be >=1' },
      { path: '/lines/0/a~1b~0c', message: 'Unknown field' },
      { path: '/lines/1/gauge', message: 'Invalid input: expected string, received number' },
      { path: '/lines/1/quantity', message: 'Invalid input: expected int, received number' },
      { path: '/x', message: 'Unknown field' },
      { path: '/y', message: 'Unknown field' },
    ]);
  });
});

test('given a token, when handled, then the handler gets the caller', async () => {
  const token = await key.sign({ sub: 'carol', roles: ['operator'] });
  const { body } = await send('/me', { headers: { authorization: `Bearer ${token}` } });
  expect(body).toEqual({ customerId: 'carol', roles: ['operator'] });
});

describe('management', () => {
  const management = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${service.ports.management}${path}`, { method });
    return { status: response.status, text: await response.text() };
  };

  test('given a running service, when asked, then is live and ready and has metrics', async () => {
    await service.ready();
    expect(await management('/health/live')).toEqual({ status: 200, text: '{"status":"live"}' });
    expect(await management('/health/ready')).toEqual({
      status: 200,
      text: '{"status":"ready","waitingFor":[]}',
    });
    expect((await management('/metrics')).text).toContain(
      'mesh_database_connections{pool="tiny",state="idle"}',
    );
  });

  test('given anything else, when asked, then is refused', async () => {
    expect((await management('/health/other')).status).toBe(404);
    expect((await management('/health/live', 'POST')).status).toBe(405);
  });
});

describe('metrics of requests', () => {
  const scrape = async (accept?: string) => {
    const scraped = await fetch(`http://127.0.0.1:${service.ports.management}/metrics`, {
      headers: accept === undefined ? {} : { accept },
    });
    return { type: scraped.headers.get('content-type'), text: await scraped.text() };
  };
  const count = async (labels: string) => {
    const name = `mesh_http_server_duration_seconds_count{${labels}}`;
    const line = (await scrape()).text.split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1] ?? 0);
  };

  test('given paths and methods that strangers choose, then labels are routes, or other', async () => {
    const route = 'method="GET",route="/fail/:code",status="404"';
    const before = await count(route);
    for (const code of ['A1', 'B2', 'C3']) await send(`/fail/NOT_FOUND?message=${code}`);
    await vi.waitFor(async () => expect(await count(route)).toBe(before + 3));
    const unknown = 'method="GET",route="other",status="404"';
    const strangers = await count(unknown);
    for (let n = 0; n < 20; n++) await send(`/made-up/${n}`);
    await vi.waitFor(async () => expect(await count(unknown)).toBe(strangers + 20));
    expect((await scrape()).text).not.toContain('made-up');
  });

  test('given a recorded trace, then OpenMetrics has it as an exemplar, and plain text has none', async () => {
    const spans = recordSpans();
    const traceId = 'e'.repeat(32);
    await send('/query', { headers: { traceparent: `00-${traceId}-${'f'.repeat(16)}-01` } });
    spans.stop();
    const exemplar = new RegExp(
      `mesh_http_server_duration_seconds_bucket{.*route="/query".*} \\d+ # {trace_id="${traceId}"`,
    );
    await vi.waitFor(async () => {
      const { type, text } = await scrape('application/openmetrics-text;version=1.0.0,*/*;q=0.1');
      expect(type).toMatch(/^application\/openmetrics-text/);
      expect(text).toMatch(exemplar);
    });
    const { type, text } = await scrape();
    expect(type).toMatch(/^text\/plain/);
    expect(text).not.toContain(traceId);
  });

  test('given ten scrapers at once, then all are answered, and the database is asked once', async () => {
    const queries = vi.spyOn(service.app.get<Pool>(PG_POOL), 'query');
    const scraped = await Promise.all(Array.from({ length: 10 }, () => scrape()));
    for (const { text } of scraped) expect(text).toMatch(/^mesh_outbox_depth \d+$/m);
    const backlogs = queries.mock.calls.filter(([text]) => String(text).includes('"oldestAge'));
    expect(backlogs.length).toBeLessThanOrEqual(1);
    queries.mockRestore();
  });

  test('given a database that is away, then the rest is answered, and what is not known is named', async () => {
    const away = vi
      .spyOn(service.app.get<Pool>(PG_POOL), 'query')
      .mockImplementation(() => Promise.reject(new Error('The database is away')) as never);
    try {
      await vi.waitFor(
        async () => {
          const { text } = await scrape();
          expect(text).toContain('mesh_metrics_failed{metric="mesh_outbox_depth"} 1\n');
          expect(text).not.toMatch(/^mesh_outbox_depth /m);
          expect(text).toContain('mesh_http_in_flight 0\n');
        },
        { timeout: 10_000 },
      );
    } finally {
      away.mockRestore();
    }
    await vi.waitFor(async () => expect((await scrape()).text).toMatch(/^mesh_outbox_depth 0$/m), {
      timeout: 10_000,
    });
  });
});

describe('too many requests at once', () => {
  test('given as many as are served at once, when one more comes, then is refused at once and served later', async () => {
    const serving = async () =>
      (await metrics.registry.getSingleMetric('mesh_http_in_flight')!.get()).values[0]?.value;
    const patience = { timeout: 20_000 };
    await vi.waitFor(async () => expect(await serving()).toBe(0), patience);
    const line = JSON.stringify({ lines: [{ gauge: 'TEA', quantity: 1 }] });
    const held = Array.from({ length: 3 }, () => {
      const headers = { 'content-type': 'application/json', 'content-length': line.length };
      const whole = request(`${url}/lines`, { method: 'POST', headers });
      whole.write(line.slice(0, 10));
      const answered = new Promise<number>((resolve) =>
        whole.on('response', (response) => resolve(response.resume().statusCode ?? 0)),
      );
      return { end: () => whole.end(line.slice(10)), answered };
    });
    await vi.waitFor(async () => expect(await serving()).toBe(3), patience);
    const { status, headers, body } = await send('/query');
    expect([status, body['code']]).toEqual([503, 'OVERLOADED']);
    expect(body['detail']).toBe('3 requests are being served');
    expect(headers.get('retry-after')).toBe('1');
    held.forEach(({ end }) => end());
    expect(await Promise.all(held.map(({ answered }) => answered))).toEqual([201, 201, 201]);
    await vi.waitFor(async () => expect((await send('/query')).status).toBe(200), patience);
  });
});
