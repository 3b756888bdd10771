import { metrics } from '@mesh/tracing';

const deliveries = metrics.counter({
  name: 'mesh_event_deliveries_total',
  help: 'Deliveries that a broker handed to a group here',
  labels: ['group'],
});
const redeliveries = metrics.counter({
  name: 'mesh_event_redeliveries_total',
  help: 'Deliveries of which the broker tells that they came before; the log of the embedded profile and Kafka do not tell: see mesh_inbox_duplicates_total',
  labels: ['group'],
});
const retries = metrics.counter({
  name: 'mesh_event_retries_total',
  help: 'Tries of a delivery that failed and are to be followed by another',
  labels: ['group'],
});

interface Window {
  readonly group: string;
  readonly limit: number;
  unfinished(): number;
}

const windows = new Set<Window>();

sumByGroup(
  'mesh_events_in_flight',
  'Deliveries that a group has here and are not finished',
  (window) => window.unfinished(),
);
sumByGroup(
  'mesh_events_in_flight_limit',
  'Deliveries that a group may have here unfinished; then the broker waits',
  ({ limit }) => limit,
);

function sumByGroup(name: string, help: string, value: (window: Window) => number): void {
  metrics.gauge<'group'>({
    ...{ name, help, labels: ['group'] },
    collect: (gauge) => windows.forEach((one) => gauge.inc({ group: one.group }, value(one))),
  });
}

/** Counts what a dispatcher does, and shows its window at each scrape until `close`. */
export function measuredDispatch(window: Window) {
  const { group } = window;
  windows.add(window);
  const [delivered, again, retried] = [deliveries, redeliveries, retries].map((one) =>
    one.labels({ group }),
  );
  return {
    delivered(attempt: number): void {
      delivered?.inc();
      if (attempt > 1) again?.inc();
    },
    retried: () => retried?.inc(),
    close: () => void windows.delete(window),
  };
}
