import { setImmediate as turn } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readEventLoopInWindows, WINDOW_MS } from './event-loop.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

function scraped() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  readEventLoopInWindows(registry);
  return async () => {
    const { values } = await registry.getSingleMetric('nodejs_eventloop_lag_max_seconds')!.get();
    await registry.getSingleMetric('nodejs_eventloop_lag_seconds')!.get();
    return values[0]?.value;
  };
}

test('given an event loop that stood still, then each of two readers is told so', async () => {
  const read = scraped();
  expect(await read()).toBeUndefined();
  let seen: number | undefined;
  await vi.waitFor(async () => {
    await turn();
    const end = performance.now() + 60;
    while (performance.now() < end);
    await turn();
    vi.advanceTimersByTime(WINDOW_MS);
    seen = await read();
    expect(seen).toBeGreaterThan(0.05);
  });
  expect(await read()).toBe(seen);
});
