import type { RetentionLoopOptions, RetentionOptions, RetentionReport } from '@mesh/pg-log';
import { metrics } from '@mesh/tracing';

const dropped = metrics.counter({
  name: 'mesh_log_segments_dropped_total',
  help: 'Segments of a log that this process dropped',
  labels: ['log'],
});
const lost = metrics.counter({
  name: 'mesh_log_segments_lost_total',
  help: 'Segments of a log that this process dropped before a group had read them',
  labels: ['log', 'group'],
});
const size = metrics.gauge({
  name: 'mesh_log_bytes',
  help: 'Size of a log with its indexes, as of the last run of its retention by this process',
  labels: ['log'],
});
const limit = metrics.gauge({
  name: 'mesh_log_limit_bytes',
  help: 'Bytes of a log that are kept after every group has read them; what is unread comes on top',
  labels: ['log'],
});
const segments = metrics.gauge({
  name: 'mesh_log_segments',
  help: 'Segments of a log, with those that are empty yet, as of the last run of its retention by this process',
  labels: ['log'],
});
const ran = metrics.gauge({
  name: 'mesh_log_retention_last_run_timestamp_seconds',
  help: 'When this process last ran the retention of a log; one replica at a time does',
  labels: ['log'],
});
const postponedRuns = metrics.counter({
  name: 'mesh_log_retention_postponed_total',
  help: 'Runs that could not change the segments of a log because it was in use',
  labels: ['log'],
});

/** A log may have to wait for a transaction for so many runs before somebody should look for it. */
const TELL_AFTER_RUNS = 12;

type Tell = (fields: object, text: string) => void;

/** The option, unless there is no value for it. */
export function given<Name extends string>(name: Name, value: number | undefined) {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: number });
}

/** The retention of a log, told in the service's log and metrics. */
export function toldRetention(
  name: string,
  log: { error: Tell; warn: Tell },
  options: RetentionOptions,
): RetentionLoopOptions {
  let waits = 0;
  if (options.maxBytes !== undefined) limit.set({ log: name }, options.maxBytes);
  return {
    ...options,
    onRun(report: RetentionReport) {
      ran.set({ log: name }, Date.now() / 1000);
      size.set({ log: name }, report.status.bytes);
      segments.set({ log: name }, report.status.segments);
      dropped.inc({ log: name }, report.dropped);
      for (const { group, segments: count } of report.lost) {
        lost.inc({ log: name, group }, count);
        log.error(
          { log: name, group, segments: count },
          'Events were dropped that a group had not read: its time or the bytes for it were over',
        );
      }
      if (report.postponed === undefined) return void (waits = 0);
      postponedRuns.inc({ log: name });
      waits += 1;
      if (waits === TELL_AFTER_RUNS)
        log.warn({ log: name, reason: report.postponed }, 'A log can not be cut; it grows');
    },
    onError: (error) => log.warn({ err: error, log: name }, 'The retention of a log failed'),
  };
}
