import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { metrics } from './metrics.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

async function scraped(name: string): Promise<string[]> {
  const { body } = await metrics.scrape();
  return body.split('\n').filter((line) => line.includes(name) && !line.startsWith('#'));
}

describe('a gauge that asks others', () => {
  test('given ten scrapers one after the other, then it asks once in a second', async () => {
    let asked = 0;
    metrics.gauge({
      ...{ name: 'test_asked', help: 'x' },
      collect: async (gauge) => gauge.set(++asked),
    });
    for (let n = 0; n < 10; n++) expect(await scraped('test_asked')).toEqual(['test_asked 1']);
    vi.advanceTimersByTime(1000);
    expect(await scraped('test_asked')).toEqual(['test_asked 2']);
  });

  test('given a source that goes away, then it has no value and is named, until it is back', async () => {
    let isAway = false;
    metrics.gauge({
      ...{ name: 'test_depth', help: 'x' },
      async collect(gauge) {
        if (isAway) throw new Error('The database is away');
        gauge.set(5);
      },
    });
    expect(await scraped('test_depth')).toEqual(['test_depth 5']);
    isAway = true;
    vi.advanceTimersByTime(1000);
    expect(await scraped('test_depth')).toEqual(['mesh_metrics_failed{metric="test_depth"} 1']);
    isAway = false;
    vi.advanceTimersByTime(1000);
    expect(await scraped('test_depth')).toEqual(['test_depth 5']);
  });

  test('given one of two groups that is not known, then the other is told and the metric is named', async () => {
    metrics.gauge({
      ...{ name: 'test_lag', help: 'x', labels: ['group'] },
      async collect(gauge) {
        gauge.set({ group: 'known' }, 1);
        throw new Error('One broker is away');
      },
    });
    expect(await scraped('test_lag')).toEqual([
      'test_lag{group="known"} 1',
      'mesh_metrics_failed{metric="test_lag"} 1',
    ]);
  });
});

describe('a gauge of this process', () => {
  test('given each scrape, then it is as it is now, without what is gone', async () => {
    let names = ['one', 'two'];
    metrics.gauge({
      ...{ name: 'test_pool', help: 'x', labels: ['pool'] },
      collect: (gauge) => names.forEach((pool) => gauge.set({ pool }, 1)),
    });
    expect(await scraped('test_pool')).toHaveLength(2);
    names = ['two'];
    expect(await scraped('test_pool')).toEqual(['test_pool{pool="two"} 1']);
  });

  test('given one that throws at once, then it is named', async () => {
    metrics.gauge({
      ...{ name: 'test_broken', help: 'x' },
      collect() {
        throw new Error('Broken');
      },
    });
    expect(await scraped('test_broken')).toEqual(['mesh_metrics_failed{metric="test_broken"} 1']);
  });
});
