import { metrics } from '@mesh/tracing';
import type { LiveSource } from '../use-cases/live-resource.js';
import { SharedHistory } from '../use-cases/shared-history.js';
import type { SharedReadsLimits, Slots } from '../use-cases/shared-reads.js';

const asked = metrics.counter({
  name: 'mesh_live_history_asked_total',
  help: 'Questions of sockets for history: of one thing, of a feed, where a feed stands, or things as they are',
  labels: ['kind'],
});
const reads = metrics.counter({
  name: 'mesh_live_history_reads_total',
  help: 'Reads of history from the services; fewer than were asked for, when sockets share them',
  labels: ['kind'],
});
const refused = metrics.counter({
  name: 'mesh_live_history_refused_total',
  help: 'Questions for history that were refused because too many reads waited',
  labels: ['kind'],
});

/** History and snapshots as sockets read them: shared, bounded, and counted in the metrics. */
export function countedHistory(
  source: LiveSource,
  bounds: { readonly limits: SharedReadsLimits; readonly slots: Slots },
): SharedHistory {
  return new SharedHistory({
    ...{ ...source, ...bounds },
    asked: (kind) => asked.inc({ kind }),
    read: (kind) => reads.inc({ kind }),
    refused: (kind) => refused.inc({ kind }),
  });
}
