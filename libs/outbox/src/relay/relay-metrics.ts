import { metrics } from '@mesh/tracing';
import type { LogRow } from '@mesh/pg-log';
import type { Backlog } from '../postgres/backlog.js';

const published = metrics.counter({
  name: 'mesh_outbox_published_total',
  help: 'Events that a broker confirmed',
});
const parked = metrics.counter({
  name: 'mesh_outbox_parked_total',
  help: 'Events that can never be published and went to the dead letters',
  labels: ['reason'],
});
const failures = metrics.counter({
  name: 'mesh_outbox_failures_total',
  help: 'Batches, or looks into the outbox, that failed and are tried again',
});
const delays = metrics
  .histogram({
    name: 'mesh_outbox_delay_seconds',
    help: 'From append to confirmation, of the oldest event of each batch',
  })
  .with({});

type Source = () => Promise<Backlog>;
const sources = new Set<Source>();
let reading: Promise<Backlog[]> | undefined;

metrics.gauge({
  name: 'mesh_outbox_depth',
  help: 'Events that are committed and not yet confirmed',
  async collect(gauge) {
    if (sources.size > 0) gauge.set((await backlogs()).reduce((sum, { depth }) => sum + depth, 0));
  },
});
metrics.gauge({
  name: 'mesh_outbox_oldest_age_seconds',
  help: 'Age of the oldest event that is not yet confirmed',
  async collect(gauge) {
    const ages = (await backlogs()).map(({ oldestAgeSeconds }) => oldestAgeSeconds);
    if (sources.size > 0) gauge.set(Math.max(0, ...ages));
  },
});

/** Asked once for both gauges of a scrape. Rejected while a database does not answer: unknown is not zero. */
function backlogs(): Promise<Backlog[]> {
  reading ??= Promise.all([...sources].map((source) => source())).finally(
    () => (reading = undefined),
  );
  return reading;
}

/** The numbers of the relays of this process. */
export const relayMetrics = {
  /** Adds a relay's backlog to the gauges, until the result is called. */
  watch(source: Source): () => void {
    sources.add(source);
    return () => sources.delete(source);
  },
  published(rows: readonly LogRow[]): void {
    published.inc(rows.length);
    const oldest = Math.min(...rows.map(({ appendedAt }) => appendedAt.getTime()));
    delays.observe(Math.max(0, Date.now() - oldest) / 1000);
  },
  parked(reason: string): void {
    parked.inc({ reason });
  },
  failed(): void {
    failures.inc();
  },
};
