import { openTraceReceiver, type TraceReceiver } from '@mesh/tools/launcher';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const parentSpanId = '00f067aa0ba902b7';

const spanAt = (start: number, changes: object = {}) => ({
  ...{ traceId, spanId, parentSpanId, name: 'paint order.updated', start, end: start + 5.5 },
  ...{ attributes: { 'mesh.order.version': 2, shown: true, how: 'late' } },
  ...changes,
});
const post = (url: string, body: unknown) =>
  fetch(`${url}/dev/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('/dev/traces', () => {
  let receiver: TraceReceiver;
  let gateway: GatewayFixture;
  beforeAll(async () => {
    receiver = await openTraceReceiver();
    gateway = await GatewayFixture.start({ MESH_TRACES_URL: receiver.url });
  });
  afterAll(async () => {
    await gateway?.stop();
    await receiver?.close();
  });

  it('given a span of the page, then is part of its trace', async () => {
    const start = Date.now() + 0.25;
    expect((await post(gateway.url, spanAt(start))).status).toBe(204);
    const response = await fetch(`${gateway.url}/dev/traces/${traceId}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      traceId,
      spans: [
        {
          ...{ spanId, parentSpanId, name: 'paint order.updated', kind: 'internal' },
          ...{ service: 'web', start, end: start + 5.5, status: 'unset', links: [] },
          attributes: { 'mesh.order.version': 2, shown: true, how: 'late' },
        },
      ],
    });
  });

  it.each([
    ['another field', { extra: 1 }, '/extra'],
    ['an end before its start', { end: 1 }, '/end'],
    ['a start long ago', { start: 1, end: 2 }, '/start'],
    ['an id that is none', { spanId: 'XYZ' }, '/spanId'],
    ['a long name', { name: 'x'.repeat(81) }, '/name'],
    ['a nested attribute', { attributes: { a: {} } }, '/attributes/a'],
    [
      'many attributes',
      { attributes: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`a${n}`, n])) },
      '/attributes',
    ],
  ])('given %s, then 400 that says where', async (_, changes, path) => {
    const response = await post(gateway.url, spanAt(Date.now(), changes));
    const { code, errors } = (await response.json()) as {
      code: string;
      errors: { path: string }[];
    };
    expect([response.status, code, errors[0]?.path]).toEqual([400, 'VALIDATION_FAILED', path]);
  });

  it('given no trace id, then 400; given one that nobody knows, then 404', async () => {
    const broken = await fetch(`${gateway.url}/dev/traces/xyz`);
    expect([broken.status, await codeOf(broken)]).toEqual([400, 'VALIDATION_FAILED']);
    const unknown = await fetch(`${gateway.url}/dev/traces/${'e'.repeat(32)}`);
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, 'NOT_FOUND']);
  });

  it('given a launcher that is gone, then 503', async () => {
    await receiver.close();
    const response = await fetch(`${gateway.url}/dev/traces/${traceId}`);
    expect([response.status, await codeOf(response)]).toEqual([503, 'UNAVAILABLE']);
  });
});

describe('without traces of a launcher', () => {
  let gateway: GatewayFixture;
  beforeAll(async () => void (gateway = await GatewayFixture.start()));
  afterAll(() => gateway?.stop());

  it('has nothing there, and says where traces go', async () => {
    const read = await fetch(`${gateway.url}/dev/traces/${traceId}`);
    const report = await post(gateway.url, spanAt(Date.now()));
    expect([read.status, report.status]).toEqual([404, 404]);
    expect(await read.json()).toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringMatching(/^Traces are not kept here.* OTEL_EXPORTER_OTLP_ENDPOINT/),
    });
  });
});
