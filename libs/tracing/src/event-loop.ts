import type { Registry } from 'prom-client';

/** As long as Prometheus waits between two scrapes, where nobody says another time. */
export const WINDOW_MS = 15_000;

const READING = 'nodejs_eventloop_lag_seconds';
const PARTS = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'];

/**
 * prom-client measures the delay of the event loop from one reading to the next, so that of several readers each
 * would see a part. Afterwards it is of the last whole window, whoever reads; absent during the first one.
 */
export function readEventLoopInWindows(registry: Registry): void {
  const reading = registry.getSingleMetric(READING) as unknown as Reading | undefined;
  if (reading?.collect === undefined) return;
  const { collect } = reading;
  reading.collect = undefined;
  for (const name of [READING, ...PARTS.map((part) => READING.replace('lag', `lag_${part}`))])
    (registry.getSingleMetric(name) as unknown as Reading | undefined)?.remove();
  setInterval(collect, WINDOW_MS).unref();
}

/** As a gauge of prom-client is, which reads all of them when the first is asked. */
interface Reading {
  collect: (() => void) | undefined;
  remove(): void;
}
