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
const delay = metrics.histogram({
  name: 'mesh_outbox_delay_seconds',
  help: 'From append to confirmation, of the oldest event of each batch',
});

type Source = () => Promise<Backlog>;
const sources = new Set<Source>();

metrics.gauge({
  name: 'mesh_outbox_depth',
  help: 'Events that are committed and not yet confirmed',
  async collect(gauge) {
    gauge.set((await backlogs()).reduce((sum, { depth }) => sum + depth, 0));
  },
});
metrics.gauge({
  name: 'mesh_outbox_oldest_age_seconds',
  help: 'Age of the oldest event that is not yet confirmed',
  async collect(gauge) {
    gauge.set(Math.max(0, ...(await backlogs()).map(({ oldestAgeSeconds }) => oldestAgeSeconds)));
  },
});

/** Not a number while the database does not answer: unknown is not zero. */
function backlogs(): Promise<Backlog[]> {
  const unknown = { depth: NaN, oldestAgeSeconds: NaN };
  return Promise.all([...sources].map((source) => source().catch(() => unknown)));
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
    delay.observe(Math.max(0, Date.now() - oldest) / 1000);
  },
  parked(reason: string): void {
    parked.inc({ reason });
  },
  failed(): void {
    failures.inc();
  },
};
