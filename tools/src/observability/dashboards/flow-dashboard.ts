import { quantiles, rate, type DashboardPlan } from './plan.js';
import { logs, slots } from './storage-rows.js';

const lag = 'sum by (group, stream) (max by (group, stream, partition) (mesh_consumer_lag))';

/** The way of events through all services: outbox, broker, groups, dead letters. */
export const eventFlow: DashboardPlan = {
  uid: 'mesh-event-flow',
  title: 'Mesh / event flow',
  description: 'From the commit to the last group: what waits, what fails, what is given up.',
  rows: [
    {
      title: 'Outbox',
      panels: [
        {
          title: 'Oldest event that waits',
          description: 'Grows by a second a second when nothing is published.',
          unit: 's',
          queries: [{ query: 'job:mesh_outbox_oldest_age_seconds:max', legend: '{{job}}' }],
        },
        {
          title: 'Fill of the outbox',
          description: 'At 1 the service refuses work.',
          unit: 'percentunit',
          queries: [
            {
              query: 'job:mesh_outbox_depth:max / max by (job) (mesh_outbox_depth_limit)',
              legend: '{{job}}',
            },
          ],
        },
        {
          title: 'Published a second',
          description: 'Events that brokers confirmed.',
          unit: 'ops',
          queries: [{ query: rate('mesh_outbox_published_total', '', ['job']), legend: '{{job}}' }],
        },
        {
          title: 'Time in the outbox',
          description: 'From the append to the confirmation, of the oldest event of each batch.',
          unit: 's',
          queries: quantiles('mesh_outbox_delay_seconds', '', ['job']),
        },
        {
          title: 'Batches that fail',
          description: 'And are tried again.',
          unit: 'ops',
          queries: [{ query: rate('mesh_outbox_failures_total', '', ['job']), legend: '{{job}}' }],
        },
        {
          title: 'Work refused a second',
          description: 'Because too many events wait to be published.',
          unit: 'ops',
          queries: [{ query: rate('mesh_outbox_refused_total', '', ['job']), legend: '{{job}}' }],
        },
      ],
    },
    slots,
    {
      title: 'Brokers',
      panels: [
        {
          title: 'Connected',
          description: '1 when the broker answers every replica of the service.',
          queries: [
            {
              query: 'min by (job, transport) (mesh_broker_connected)',
              legend: '{{job}} {{transport}}',
            },
          ],
        },
        {
          title: 'Blocked',
          description: '1 while the broker takes no messages, being short of memory or disk.',
          queries: [
            {
              query: 'max by (job, transport) (mesh_broker_blocked)',
              legend: '{{job}} {{transport}}',
            },
          ],
        },
        {
          title: 'Messages a second',
          description: 'Confirmed, and failed: those may have arrived all the same.',
          unit: 'ops',
          queries: [
            {
              query: rate('mesh_publish_messages_total', '', ['job', 'transport', 'result']),
              legend: '{{job}} {{transport}} {{result}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Groups',
      panels: [
        {
          title: 'Lag',
          description: 'Events that a group has not acked yet.',
          queries: [{ query: lag, legend: '{{group}} of {{stream}}' }],
        },
        {
          title: 'Handled a second',
          description: 'By group, whatever came of them.',
          unit: 'ops',
          queries: [
            {
              query:
                'sum by (group) (group_result:mesh_event_handler_duration_seconds_count:rate5m)',
              legend: '{{group}}',
            },
          ],
        },
        {
          title: 'Until the lag is gone',
          description: 'At the rate of the last five minutes.',
          unit: 's',
          queries: [
            {
              query: `sum by (group) (group_stream:mesh_consumer_lag:sum) / sum by (group) (group_result:mesh_event_handler_duration_seconds_count:rate5m)`,
              legend: '{{group}}',
            },
          ],
        },
        {
          title: 'Not done at once',
          description: 'Events that were handled before, failed, were dropped or parked.',
          unit: 'ops',
          queries: [
            {
              query:
                'group_result:mesh_event_handler_duration_seconds_count:rate5m{result!="done"}',
              legend: '{{group}} {{result}}',
            },
          ],
        },
        {
          title: 'Came before',
          description:
            'As the broker tells, as the inbox tells; and tries that failed and were followed by another.',
          unit: 'ops',
          queries: [
            {
              query: rate('mesh_event_redeliveries_total', '', ['group']),
              legend: '{{group}} redelivered',
            },
            {
              query: rate('mesh_inbox_duplicates_total', '', ['group']),
              legend: '{{group}} handled before',
            },
            { query: rate('mesh_event_retries_total', '', ['group']), legend: '{{group}} retried' },
          ],
        },
        {
          title: 'Fill of the window',
          description:
            'Deliveries that are not finished, of those that may be: at 1 the broker waits for us.',
          unit: 'percentunit',
          queries: [
            {
              query:
                'sum by (group) (mesh_events_in_flight) / sum by (group) (mesh_events_in_flight_limit)',
              legend: '{{group}}',
            },
          ],
        },
        {
          title: 'Duration of handlers',
          description: 'With retries and waiting for the key.',
          unit: 's',
          queries: quantiles('mesh_event_handler_duration_seconds', '', ['group']),
        },
        {
          title: 'Events of a transaction',
          description:
            'How many are handled together (p50); failed ones are handled alone afterwards.',
          queries: [
            {
              query: `histogram_quantile(0.5, ${rate('mesh_event_batch_size_bucket', '', ['le', 'group', 'result'])})`,
              legend: '{{group}} {{result}}',
            },
          ],
        },
        {
          title: 'Passed over a second',
          description: 'Events that the group has no handler for.',
          unit: 'ops',
          queries: [
            {
              query: rate('mesh_events_skipped_total', '', ['group', 'type']),
              legend: '{{group}} {{type}}',
            },
          ],
        },
        {
          title: 'Open circuits',
          description: 'A subscription pauses while its breaker is open.',
          queries: [
            {
              query: 'max by (job, handler) (mesh_handler_circuit_open)',
              legend: '{{job}} {{handler}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Dead letters',
      panels: [
        {
          title: 'Dead letters now',
          description: 'In the databases, until they are redriven or discarded.',
          queries: [
            {
              query: 'max by (group, reason) (mesh_dead_letters) > 0',
              legend: '{{group}} {{reason}}',
            },
          ],
        },
        {
          title: 'Parked within an hour',
          description: 'Messages that became dead letters.',
          queries: [
            {
              query: 'sum by (group, reason) (increase(mesh_events_parked_total[1h]))',
              legend: '{{group}} {{reason}}',
            },
          ],
        },
        {
          title: 'Keys that wait',
          description: 'Behind a dead letter of theirs.',
          queries: [{ query: 'max by (group) (mesh_parked_keys)', legend: '{{group}}' }],
        },
        {
          title: 'Alerts that fire',
          description: 'Each has a page in docs/runbooks.',
          queries: [
            {
              query: 'count by (alertname) (ALERTS{alertstate="firing"})',
              legend: '{{alertname}}',
            },
          ],
        },
      ],
    },
    logs,
  ],
};
