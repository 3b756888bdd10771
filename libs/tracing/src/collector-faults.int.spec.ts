import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from './logger.js';
import { metrics } from './metrics.js';
import { startSpan } from './span.js';
import { startTelemetry, type Telemetry } from './start-telemetry.js';
import { startCollector, type Collector } from './testing/collector.js';

const WARNING = 'Telemetry can not be sent; what is recorded meanwhile may be lost';
const RECOVERY = 'Telemetry is sent again';
/** Of spans, and of log records. */
const QUEUE = 10;
const BATCH = 5;

describe('a collector that misbehaves', () => {
  let collector: Collector;
  let telemetry: Telemetry | undefined;
  const log = { warn: vi.fn(), info: vi.fn() };
  const job = createLogger('job');
  const worked = metrics.counter({ name: 'test_worked_total', help: 'Test' });

  const work = (name: string) => {
    startSpan(name)?.end();
    job.info(name);
    worked.inc();
  };
  const tookOf = (name: string) => [
    collector.spans().filter((each) => each === name).length,
    collector.logs().filter(({ body }) => body.stringValue === name).length,
  ];
  const recovered = () =>
    vi.waitFor(
      () => {
        work('again');
        expect(Math.min(...tookOf('again'))).toBeGreaterThan(0);
        expect(collector.metrics().length).toBeGreaterThan(0);
        expect(log.info).toHaveBeenCalled();
      },
      { timeout: 20_000, interval: 50 },
    );

  beforeEach(async () => {
    log.warn.mockClear();
    log.info.mockClear();
    collector = await startCollector();
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      // Shorter than the pause before the exporter's own second try.
      OTEL_EXPORTER_OTLP_TIMEOUT: '150',
      OTEL_METRIC_EXPORT_INTERVAL: '30',
      ...bounds('BSP'),
      ...bounds('BLRP'),
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    telemetry = await startTelemetry({ service: 'job', env, log: log as never });
  });
  afterEach(async () => {
    await telemetry?.stop();
    vi.unstubAllEnvs();
    await collector.close();
  });

  it.each([
    ['answers nothing', 'silent'],
    ['is overloaded', 503],
    ['is asked too much', 429],
    ['refuses what it is sent', 400],
  ] as const)(
    'given one that %s, then keeps a bounded number, warns once and says once that it works again',
    async (_, answer) => {
      collector.answer = answer;
      for (let n = 0; n < 1000; n++) work('lost');
      await vi.waitFor(() => expect(log.warn).toHaveBeenCalled(), { timeout: 10_000 });
      const paths = () => new Set(collector.asked.map(({ path }) => path));
      // Batches of every signal fail, again and again.
      await vi.waitFor(
        () => {
          work('lost');
          expect([...paths()].sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
          expect(collector.asked.length).toBeGreaterThan(8);
        },
        { timeout: 10_000 },
      );
      for (let n = 0; n < 1000; n++) work('kept');
      collector.answer = 200;
      await recovered();
      for (const took of tookOf('kept')) expect(took).toBeLessThanOrEqual(QUEUE + BATCH);
      expect(log.warn.mock.calls.map(([, message]) => message as string)).toEqual([WARNING]);
      expect(log.info.mock.calls).toEqual([[RECOVERY]]);
    },
  );

  it('given one that goes away and comes back at its address, then the same', async () => {
    const port = Number(new URL(collector.url).port);
    await collector.close();
    work('lost');
    await vi.waitFor(() => expect(log.warn).toHaveBeenCalled(), { timeout: 10_000 });
    collector = await startCollector(port);
    await recovered();
    expect(log.warn.mock.calls).toEqual([
      [{ signal: expect.any(String), reason: expect.stringContaining('ECONNREFUSED') }, WARNING],
    ]);
    expect(log.info.mock.calls).toEqual([[RECOVERY]]);
  });

  it('given one that answers nothing, then stops within its time all the same', async () => {
    collector.answer = 'silent';
    work('lost');
    const from = performance.now();
    await telemetry?.stop();
    expect(performance.now() - from).toBeLessThan(5000);
  });
});

function bounds(prefix: 'BSP' | 'BLRP') {
  return {
    [`OTEL_${prefix}_MAX_QUEUE_SIZE`]: String(QUEUE),
    [`OTEL_${prefix}_MAX_EXPORT_BATCH_SIZE`]: String(BATCH),
    [`OTEL_${prefix}_SCHEDULE_DELAY`]: '10',
  };
}
