import { metrics } from '@mesh/tracing';
import { readOpenTransactions, type OpenTransactions } from '../postgres/open-transactions.js';
import type { Queryable } from '../postgres/queryable.js';

const sources = new Set<Queryable>();
let reading: Promise<readonly OpenTransactions[]> | undefined;

metrics.gauge({
  name: 'mesh_outbox_oldest_writer_age_seconds',
  help: 'Age of the oldest open transaction that has appended: only its own events and retention wait for it',
  async collect(gauge) {
    const ages = (await read()).map(({ oldestWriterSeconds }) => oldestWriterSeconds);
    if (sources.size > 0) gauge.set(Math.max(0, ...ages));
  },
});
metrics.gauge({
  name: 'mesh_database_oldest_transaction_age_seconds',
  help: "Age of the oldest open transaction of the service's database: vacuum removes nothing younger",
  async collect(gauge) {
    const ages = (await read()).map(({ oldestSeconds }) => oldestSeconds);
    if (sources.size > 0) gauge.set(Math.max(0, ...ages));
  },
});

/** Shows at each scrape the oldest open transactions of a service's database, until the result is called. */
export function watchOpenTransactions(pool: Queryable): () => void {
  sources.add(pool);
  return () => sources.delete(pool);
}

/** Asked once for both gauges of a scrape. Rejected while a database does not answer: unknown is not zero. */
function read(): Promise<readonly OpenTransactions[]> {
  reading ??= Promise.all([...sources].map(readOpenTransactions)).finally(
    () => (reading = undefined),
  );
  return reading;
}
