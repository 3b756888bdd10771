import { metrics } from '@mesh/tracing';
import type { OrderHistory } from '../use-cases/orders.js';
import { SharedHistory, type Snapshots } from '../use-cases/shared-history.js';
import type { SharedReadsLimits } from '../use-cases/shared-reads.js';

const asked = metrics.counter({
  name: 'mesh_live_history_asked_total',
  help: 'Questions of sockets for history: of an order, of a feed, where a feed stands, or orders as they are',
  labels: ['kind'],
});
const reads = metrics.counter({
  name: 'mesh_live_history_reads_total',
  help: 'Reads of history from the order service; fewer than were asked for, when sockets share them',
  labels: ['kind'],
});
const refused = metrics.counter({
  name: 'mesh_live_history_refused_total',
  help: 'Questions for history that were refused because too many reads waited',
  labels: ['kind'],
});

/** History and snapshots as sockets read them: shared, bounded, and counted in the metrics. */
export function countedHistory(
  history: OrderHistory,
  orders: Snapshots,
  limits: SharedReadsLimits,
): SharedHistory {
  return new SharedHistory({
    ...{ history, orders, limits },
    asked: (kind) => asked.inc({ kind }),
    read: (kind) => reads.inc({ kind }),
    refused: (kind) => refused.inc({ kind }),
  });
}
