import { of, quantiles, rate, type Row } from './plan.js';

/** Requests of strangers; the edge limits their rate too. */
export function http(service: string, edge: boolean): Row {
  const requests = 'mesh_http_server_duration_seconds';
  const all = rate(`${requests}_count`, of(service), ['route']);
  const failed = rate(`${requests}_count`, `${of(service)}, status=~"5.."`, ['route']);
  return {
    title: 'Requests',
    panels: [
      {
        title: 'Requests a second',
        description: 'By method and route; other is what no route is for.',
        unit: 'ops',
        queries: [
          {
            query: rate(`${requests}_count`, of(service), ['method', 'route']),
            legend: '{{method}} {{route}}',
          },
        ],
      },
      {
        title: 'Failed requests',
        description: 'The share that was answered with 5xx.',
        unit: 'percentunit',
        queries: [{ query: `${failed} / ${all}`, legend: '{{route}}' }],
      },
      {
        title: 'Duration of requests',
        description: 'From the head of the request to the end of the answer.',
        unit: 's',
        queries: quantiles(requests, of(service), ['route']),
      },
      {
        title: 'Refused a second',
        description:
          'By limits of rate, by the bound of requests in flight, by those of connections.',
        unit: 'ops',
        queries: [
          ...(edge ? [rateLimited(service)] : []),
          {
            query: `sum(rate(mesh_http_refused_total{${of(service)}}[$__rate_interval]))`,
            legend: 'in flight',
          },
          {
            query: rate('mesh_http_connections_refused_total', of(service), ['limit']),
            legend: 'connections {{limit}}',
          },
        ],
      },
      {
        title: 'Requests in flight',
        description: 'More than HTTP_MAX_IN_FLIGHT are refused.',
        queries: [
          {
            query: `sum by (instance) (mesh_http_in_flight{${of(service)}})`,
            legend: '{{instance}}',
          },
        ],
      },
    ],
  };
}

function rateLimited(service: string) {
  return {
    query: rate('mesh_http_rate_limited_total', of(service), ['limit']),
    legend: 'rate limit {{limit}}',
  };
}

/** What a service waits for: the calls that it makes. */
export function grpcClient(service: string): Row {
  const calls = 'mesh_grpc_client_duration_seconds';
  return {
    title: 'Calls that it makes',
    panels: [
      {
        title: 'Calls a second',
        description: 'By method and resulting code.',
        unit: 'ops',
        queries: [
          {
            query: rate(`${calls}_count`, of(service), ['method', 'code']),
            legend: '{{method}} {{code}}',
          },
        ],
      },
      {
        title: 'Duration of calls',
        description: 'With their repetitions, of calls with one answer.',
        unit: 's',
        queries: quantiles(calls, `${of(service)}, method!~".*/Watch.*"`, ['method']),
      },
    ],
  };
}

/** Calls of other services. */
export function grpc(service: string): Row {
  const calls = 'mesh_grpc_server_duration_seconds';
  const all = rate(`${calls}_count`, of(service), ['method']);
  const failed = rate(
    `${calls}_count`,
    `${of(service)}, code=~"INTERNAL|UNAVAILABLE|INVENTORY_UNAVAILABLE|OVERLOADED|OUTBOX_FULL|OUTBOX_CLOSED|DEADLINE_EXCEEDED"`,
    ['method'],
  );
  return {
    title: 'Calls',
    panels: [
      {
        title: 'Calls a second',
        description: 'By method. A stream counts when it ends.',
        unit: 'ops',
        queries: [{ query: all, legend: '{{method}}' }],
      },
      {
        title: 'Failed calls',
        description: 'The share that failed because of us, not of the caller.',
        unit: 'percentunit',
        queries: [{ query: `${failed} / ${all}`, legend: '{{method}}' }],
      },
      {
        title: 'Duration of calls',
        description: 'Of calls with one answer.',
        unit: 's',
        queries: quantiles(calls, `${of(service)}, method!~".*/Watch.*"`, ['method']),
      },
    ],
  };
}
