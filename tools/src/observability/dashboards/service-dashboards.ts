import type { Service } from '../../services/index.js';
import { grpc, grpcClient, http } from './call-rows.js';
import { of, quantiles, rate, type DashboardPlan, type PanelPlan, type Row } from './plan.js';
import { kept, unread } from './storage-rows.js';

/** Latency, traffic and errors of calls, and how full a service is. */
export function serviceDashboard(service: Service): DashboardPlan {
  const { name } = service;
  const rows = [
    ...(service.http ? [http(name, service.edge)] : []),
    ...(service.grpc ? [grpc(name)] : []),
    ...(service.calls.length > 0 ? [grpcClient(name)] : []),
    ...(service.database ? [events(name), outbox(name)] : []),
  ];
  const saturation = [
    ...(service.edge || service.database ? [pool(name)] : []),
    ...(service.edge ? [rateLimits()] : []),
    ...(service.database ? kept(name) : []),
  ];
  return dashboard(name, rows, saturation);
}

function dashboard(
  service: string,
  rows: readonly Row[],
  saturation: readonly PanelPlan[],
): DashboardPlan {
  return {
    uid: `mesh-${service}`,
    title: `Mesh / ${service}`,
    description: `Golden signals of ${service}: latency, traffic, errors, saturation.`,
    service,
    rows: [
      ...rows,
      { title: 'Saturation', panels: [...saturation, ...processOf(service), unread(service)] },
    ],
  };
}

function events(service: string): Row {
  const handled = 'mesh_event_handler_duration_seconds';
  return {
    title: 'Events handled',
    panels: [
      {
        title: 'Events a second',
        description: 'By group and what came of them.',
        unit: 'ops',
        queries: [
          {
            query: rate(`${handled}_count`, of(service), ['group', 'result']),
            legend: '{{group}} {{result}}',
          },
        ],
      },
      {
        title: 'Duration of handlers',
        description: 'With retries and waiting for the key.',
        unit: 's',
        queries: quantiles(handled, of(service), ['group']),
      },
      {
        title: 'Lag',
        description: 'Events that a group has not acked yet.',
        queries: [
          {
            query: `sum by (group, stream) (max by (group, stream, partition) (mesh_consumer_lag{${of(service)}}))`,
            legend: '{{group}} of {{stream}}',
          },
        ],
      },
    ],
  };
}

function outbox(service: string): Row {
  return {
    title: 'Events published',
    panels: [
      {
        title: 'Confirmed a second',
        description: 'Events that the broker confirmed, and batches that failed.',
        unit: 'ops',
        queries: [
          {
            query: `sum(rate(mesh_outbox_published_total{${of(service)}}[$__rate_interval]))`,
            legend: 'events',
          },
          {
            query: `sum(rate(mesh_outbox_failures_total{${of(service)}}[$__rate_interval]))`,
            legend: 'failed batches',
          },
        ],
      },
      {
        title: 'Waiting',
        description: 'Events that are committed and not yet confirmed.',
        queries: [{ query: `max(mesh_outbox_depth{${of(service)}})`, legend: 'events' }],
      },
      {
        title: 'Time in the outbox',
        description: 'From the append to the confirmation; and the age of the oldest that waits.',
        unit: 's',
        queries: [
          ...quantiles('mesh_outbox_delay_seconds', of(service)),
          { query: `max(mesh_outbox_oldest_age_seconds{${of(service)}})`, legend: 'oldest' },
        ],
      },
    ],
  };
}

function rateLimits(): PanelPlan {
  return {
    title: 'Rate limits of a gateway alone',
    description: '1 while their store is away: each gateway counts for itself, and lets more pass.',
    queries: [{ query: 'mesh_http_rate_limit_store_away', legend: '{{instance}}' }],
  };
}

function pool(service: string): PanelPlan {
  return {
    title: 'Database connections',
    description: 'Work that waits for one: there are too few, or they are held for too long.',
    queries: [
      {
        query: `sum by (pool, state) (mesh_database_connections{${of(service)}})`,
        legend: '{{pool}} {{state}}',
      },
      {
        query: `sum by (pool) (mesh_database_connections_limit{${of(service)}})`,
        legend: '{{pool}} limit',
      },
      {
        query: `sum by (pool) (mesh_database_waiting{${of(service)}})`,
        legend: '{{pool}} waiting',
      },
    ],
  };
}

function processOf(service: string): readonly PanelPlan[] {
  const each = '{{instance}}';
  return [
    {
      title: 'CPU',
      description: 'Cores in use.',
      queries: [
        {
          query: `rate(process_cpu_seconds_total{${of(service)}}[$__rate_interval])`,
          legend: each,
        },
      ],
    },
    {
      title: 'Event loop delay',
      description: 'How late a timer fires (p99): all that the process does waits for as long.',
      unit: 's',
      queries: [{ query: `nodejs_eventloop_lag_p99_seconds{${of(service)}}`, legend: each }],
    },
    {
      title: 'Memory',
      description: 'Resident, and the heap that is in use.',
      unit: 'bytes',
      queries: [
        { query: `process_resident_memory_bytes{${of(service)}}`, legend: `${each} resident` },
        { query: `nodejs_heap_size_used_bytes{${of(service)}}`, legend: `${each} heap` },
      ],
    },
  ];
}
