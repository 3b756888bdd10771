import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { startCollector, valuesOf, type Collector } from '@mesh/tracing/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { devKey } from './testing/dev-key.js';
import { buildTinyService, TinyProcess } from './testing/tiny-process.js';

const CARD = '4111-1111-1111-1111';
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzb21lb25lIn0.c2lnbmF0dXJl';
const API_KEY = 'key-of-the-collector';

const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

describe('a service with a collector', () => {
  let database: TestDatabase;
  let devKeyFile: string;
  let collector: Collector;
  let service: TinyProcess;
  let url: string;

  beforeAll(async () => {
    database = await createDatabase('telemetry');
    devKeyFile = (await devKey()).file;
    await buildTinyService();
  });
  afterAll(() => database.drop());

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    service = new TinyProcess({
      ...{ DATABASE_URL: database.url, MESH_LOG_URL: database.url, LOG_LEVEL: 'debug' },
      ...{ AUTH_DEV_KEY_FILE: devKeyFile, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      OTEL_EXPORTER_OTLP_HEADERS: `api-key=${API_KEY}`,
      ...{ OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_BLRP_SCHEDULE_DELAY: '50' },
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      ...env,
    });
    const ready = await eventually(() => {
      const line = service.line('Ready');
      expect(line, service.stderr).toBeDefined();
      return line;
    });
    url = `http://127.0.0.1:${ready!.ports!.http}`;
  };
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(body),
    });

  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(async () => {
    service.kill('SIGKILL');
    await service.exited;
    await collector.close();
  });

  test('sends what its output has: an error once, in its trace, and no secret or payload', async () => {
    await start();
    const failing = await fetch(`${url}/fail/unexpected`, {
      headers: { cookie: 'session=chocolate' },
    });
    const { traceId } = (await failing.json()) as { readonly traceId: string };
    expect(failing.status).toBe(500);
    await post('/lines', { lines: [{ gauge: CARD, quantity: 0 }] });
    await fetch(`${url}/me`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await eventually(() => expect(collector.logs().some(inTrace(traceId))).toBe(true));
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);

    const errors = service.lines.filter((line) => ['error', 'warn', 'fatal'].includes(line.level));
    expect(errors).toEqual([
      expect.objectContaining({ msg: 'A request failed unexpectedly', traceId }),
    ]);
    const [record, ...more] = collector.logs().filter(inTrace(traceId));
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      ...{ severityText: 'error', spanId: errors[0]?.['spanId'] },
      body: { stringValue: 'A request failed unexpectedly' },
    });
    expect(valuesOf(record!.attributes)).toMatchObject({ 'exception.type': 'Error' });
    expect(collector.spans()).toContain('GET /fail/:code');
    expect(collector.metrics().map(({ name }) => name)).toContain('process_cpu_seconds_total');
    expect(collector.asked.every(({ headers }) => headers['api-key'] === API_KEY)).toBe(true);
    const said = JSON.stringify([service.lines, collector.logs()]) + service.stderr;
    const { password } = new URL(database.url);
    for (const secret of [password, TOKEN, 'chocolate', CARD, API_KEY])
      expect(said).not.toContain(secret);
  });

  test('given one that answers nothing, then serves and stops as if there were none', async () => {
    collector.answer = 'silent';
    await start({ OTEL_EXPORTER_OTLP_TIMEOUT: '200' });
    const answered = async () => (await fetch(`${url}/query`)).status;
    for (let n = 0; n < 50; n++) expect(await answered()).toBe(200);
    const warned = () =>
      service.lines.filter(({ msg }) => msg.startsWith('Telemetry can not be sent'));
    await eventually(() => expect(warned()).toHaveLength(1));
    const before = collector.asked.length;
    await eventually(() => expect(collector.asked.length).toBeGreaterThan(before + 5));
    expect(await answered()).toBe(200);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(warned()).toHaveLength(1);
  });
});

const inTrace = (traceId: string) => (record: { readonly traceId?: string }) =>
  record.traceId === traceId;
