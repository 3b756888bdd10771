import { quantiles, rate, type DashboardPlan } from './plan.js';

/** What browsers get, and how late. */
export const liveUpdates: DashboardPlan = {
  uid: 'mesh-live-updates',
  title: 'Mesh / live updates',
  description: 'Connections of browsers to the gateways, and what they are sent.',
  service: 'gateway',
  rows: [
    {
      title: 'Connections',
      panels: [
        {
          title: 'Connections',
          description: 'Of customers, and of those that have not said yet who they are.',
          queries: [
            { query: 'sum(mesh_live_connections)', legend: 'customers' },
            { query: 'sum(mesh_live_unauthenticated_connections)', legend: 'not known yet' },
          ],
        },
        {
          title: 'Refused a second',
          description: 'By the code that the client was told.',
          unit: 'ops',
          queries: [
            {
              query: 'sum by (code) (rate(mesh_live_refused_total[$__rate_interval]))',
              legend: '{{code}}',
            },
          ],
        },
        {
          title: 'Ended by the gateway a second',
          description:
            'SLOW_CLIENT takes too little of what is sent; MOVING is a gateway that stops.',
          unit: 'ops',
          queries: [
            {
              query: 'sum by (code) (rate(mesh_live_closed_total[$__rate_interval]))',
              legend: '{{code}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Streams',
      panels: [
        {
          title: 'Over Connect and gRPC-Web',
          description: 'Server streams that are open.',
          queries: [{ query: 'sum(mesh_rpc_streams)', legend: 'open' }],
        },
        {
          title: 'Opened to the order service a second',
          description:
            'Where updates come from there: one a gateway, anew after ten minutes at most.',
          unit: 'ops',
          queries: [
            {
              query: rate('mesh_live_update_streams_total', '', ['instance']),
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Updates',
      panels: [
        {
          title: 'From a change to its sending',
          description: 'For each connection that was there at the change.',
          unit: 's',
          queries: quantiles('mesh_live_update_delay_seconds', ''),
        },
        {
          title: 'Sent a second',
          description: 'By kind of message.',
          unit: 'ops',
          queries: [
            {
              query: 'sum by (event) (rate(mesh_live_sent_total[$__rate_interval]))',
              legend: '{{event}}',
            },
          ],
        },
        {
          title: 'Left out a second',
          description: 'Slow clients get the latest state instead of each.',
          unit: 'ops',
          queries: [
            {
              query: 'sum(rate(mesh_live_conflated_total[$__rate_interval]))',
              legend: 'conflated',
            },
          ],
        },
        {
          title: 'Snapshots',
          description: 'Sent in ten minutes because updates could not be continued.',
          queries: [
            {
              query: 'sum by (reason) (increase(mesh_live_resyncs_total[10m]))',
              legend: '{{reason}}',
            },
          ],
        },
        {
          title: 'Waiting for clients',
          description: 'What clients have not taken yet, in a gateway.',
          unit: 'bytes',
          queries: [{ query: 'mesh_live_buffered_bytes', legend: '{{instance}}' }],
        },
      ],
    },
    {
      title: 'History',
      panels: [
        {
          title: 'Asked and read a second',
          description: 'Subscriptions that want what they missed; equal questions share a read.',
          unit: 'ops',
          queries: [
            {
              query: 'sum by (kind) (rate(mesh_live_history_asked_total[$__rate_interval]))',
              legend: '{{kind}} asked',
            },
            {
              query: 'sum by (kind) (rate(mesh_live_history_reads_total[$__rate_interval]))',
              legend: '{{kind}} read',
            },
          ],
        },
        {
          title: 'Refused a second',
          description: 'More wanted history than may wait for it.',
          unit: 'ops',
          queries: [
            {
              query: 'sum by (kind) (rate(mesh_live_history_refused_total[$__rate_interval]))',
              legend: '{{kind}}',
            },
          ],
        },
      ],
    },
  ],
};
