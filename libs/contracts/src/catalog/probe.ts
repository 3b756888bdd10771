import type { Stream } from '../event-definition.js';
import * as probe from '../gen/mesh/probe/v1/probe_events.js';
import { event } from '../register-event.js';

// What the tests of libs/ and cli/ send. No service does, so the index does not list this file.
/** Facts of jobs, in order for each of them. */
export const jobStream: Stream = { name: 'mesh.probe.v1', kind: 'log' };
/** States of gauges; the last one of each counts. */
export const gaugeStream: Stream = { name: 'mesh.gauge.v1', kind: 'log' };
/** Work to be done, by routing key. */
export const choreStream: Stream = { name: 'mesh.probe', kind: 'work' };

export const JobPlaced = event(
  'mesh.probe.v1.JobPlaced',
  jobStream,
  probe.JobPlaced,
  (e) => e.jobId,
);
export const JobConfirmed = event(
  'mesh.probe.v1.JobConfirmed',
  jobStream,
  probe.JobConfirmed,
  (e) => e.jobId,
);
export const JobRejected = event(
  'mesh.probe.v1.JobRejected',
  jobStream,
  probe.JobRejected,
  (e) => e.jobId,
);
export const JobCancelled = event(
  'mesh.probe.v1.JobCancelled',
  jobStream,
  probe.JobCancelled,
  (e) => e.jobId,
);
export const GaugeChanged = event(
  'mesh.probe.v1.GaugeChanged',
  gaugeStream,
  probe.GaugeChanged,
  (e) => e.gauge,
);
export const ChoreRequested = event(
  'mesh.probe.v1.ChoreRequested',
  choreStream,
  probe.ChoreRequested,
  (e) => e.jobId,
  (e) => `chore.${e.kind}`,
);
export const GaugeAnnounced = event(
  'mesh.probe.v1.GaugeAnnounced',
  choreStream,
  probe.GaugeAnnounced,
  (e) => e.gauge,
  (e) => `gauge.${e.gauge}`,
);
export const JobAnnounced = event(
  'mesh.probe.v1.JobAnnounced',
  choreStream,
  probe.JobAnnounced,
  (e) => e.jobId,
  (e) => `browser.${e.customerId}`,
);
