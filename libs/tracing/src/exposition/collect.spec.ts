import { Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Collector } from './collect.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

function setting(collect: Record<string, (gauge: Gauge) => void | Promise<void>>) {
  const registry = new Registry();
  for (const [name, read] of Object.entries(collect)) {
    const gauge: Gauge = new Gauge({
      ...{ name, help: name, registers: [registry] },
      collect: () => read(gauge),
    });
  }
  const failing = new Set<string>();
  const collector = new Collector(registry, { limitMs: 3000, failing });
  const read = async () =>
    (await collector.collect()).flatMap(({ name, values }) =>
      values.map(({ labels, value }) => [name, labels['metric'] ?? value]),
    );
  return { collector, failing, read };
}

describe('Collector', () => {
  test('given ten who ask at once, then each metric is read once', async () => {
    let reads = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { collector } = setting({ lag: () => (reads++, promise) });
    const asked = Array.from({ length: 10 }, () => collector.collect());
    resolve();
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(reads).toBe(1);
    await collector.collect();
    expect(reads).toBe(2);
  });

  test('given a metric that throws, when collected, then the others are there and it is named', async () => {
    const { read } = setting({
      depth: () => Promise.reject(new Error('The database is away')),
      other: (gauge) => gauge.set(7),
    });
    expect(await read()).toEqual([
      ['other', 7],
      ['mesh_metrics_failed', 'depth'],
    ]);
  });

  test('given a metric that never answers, when collected, then it is named in bounded time and left alone', async () => {
    let reads = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { read } = setting({
      lag: (gauge) => (reads++, promise.then(() => gauge.set(1))),
      other: (gauge) => gauge.set(7),
    });
    const asking = read();
    await vi.advanceTimersByTimeAsync(3000);
    const without = [
      ['other', 7],
      ['mesh_metrics_failed', 'lag'],
    ];
    expect(await asking).toEqual(without);
    expect(await read()).toEqual(without);
    expect(reads).toBe(1);
    resolve();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await read()).toEqual([
      ['lag', 1],
      ['other', 7],
    ]);
  });

  test('given a metric that lacks a part, when collected, then the rest of it is there and it is named', async () => {
    const { read, failing } = setting({ lag: (gauge) => gauge.set(3) });
    failing.add('lag');
    expect(await read()).toEqual([
      ['lag', 3],
      ['mesh_metrics_failed', 'lag'],
    ]);
  });
});
