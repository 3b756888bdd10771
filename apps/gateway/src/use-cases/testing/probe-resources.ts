import type { LiveUpdate } from '../../domain/live-update.js';
import type { StateUpdate } from '../../domain/state-update.js';
import type { Snapshot } from '../history.js';
import type { LiveResource, StateResource } from '../live-resource.js';

/** A change of a probe, a kind of thing that only tests follow. */
export interface ProbeUpdate extends LiveUpdate {
  readonly state: 'NEW' | 'CHANGED';
}

export const probes: LiveResource<ProbeUpdate> = {
  ...{ name: 'probe', feed: 'probes', idField: 'probeId', message: 'probe.updated' },
  notFound: 'NOT_FOUND',
  told: ({ id, version, state }) => ({ probeId: id, version, state }),
};

/** The change that makes a probe of ann have a version. */
export function probeUpdate(
  change: Pick<LiveUpdate, 'id' | 'version' | 'feedSequence'> & Partial<LiveUpdate>,
): ProbeUpdate {
  const state = change.version === 1 ? 'NEW' : 'CHANGED';
  return { customerId: 'ann', occurredAt: new Date(0), traceparent: '', ...change, state };
}

/** A probe as its last change made it. */
export function probeAfter(update: ProbeUpdate): Snapshot {
  const { id, version } = update;
  return { id, version, shown: probes.told(update) };
}

/** States that only tests follow. */
export const counters: StateResource<StateUpdate & { readonly count: number }> = {
  ...{ feed: 'counters', keyField: 'name', keyName: 'name', message: 'counter.updated' },
  told: ({ key, version, count }) => ({ name: key, count, version }),
};
