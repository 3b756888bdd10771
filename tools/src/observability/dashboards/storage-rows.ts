import { of, rate, type PanelPlan, type Row } from './plan.js';

/** Outboxes that are read from the WAL. */
export const slots: Row = {
  title: 'Slots of outboxes, where they are read from the WAL',
  panels: [
    {
      title: 'Read by a replica',
      description: 'At 0 nobody publishes, and the server keeps WAL.',
      queries: [{ query: 'max by (job) (mesh_outbox_slot_active)', legend: '{{job}}' }],
    },
    {
      title: 'WAL that is kept',
      description: 'And what may still be written until the server gives the slot up.',
      unit: 'bytes',
      queries: [
        { query: 'max by (job) (mesh_outbox_wal_kept_bytes)', legend: '{{job}} kept' },
        { query: 'min by (job) (mesh_outbox_wal_safe_bytes) < Inf', legend: '{{job}} left' },
      ],
    },
  ],
};

/** Logs in PostgreSQL: outboxes, and the streams of the embedded profile. */
export const logs: Row = {
  title: 'Logs in PostgreSQL',
  panels: [
    {
      title: 'Size of logs',
      description: 'Above its limit a log keeps what a group has not read yet.',
      unit: 'bytes',
      queries: [
        { query: 'max by (job, log) (mesh_log_bytes)', legend: '{{job}} {{log}}' },
        { query: 'max by (job, log) (mesh_log_limit_bytes)', legend: '{{job}} {{log}} limit' },
      ],
    },
    {
      title: 'Since retention ran',
      description: 'On any replica; it runs every few seconds.',
      unit: 's',
      queries: [
        {
          query: 'time() - max by (job, log) (mesh_log_retention_last_run_timestamp_seconds)',
          legend: '{{job}} {{log}}',
        },
      ],
    },
    {
      title: 'Segments a second',
      description: 'Dropped; and runs that were put off, mostly by a transaction that stays open.',
      unit: 'ops',
      queries: [
        {
          query: rate('mesh_log_segments_dropped_total', '', ['job', 'log']),
          legend: '{{job}} {{log}} dropped',
        },
        {
          query: rate('mesh_log_retention_postponed_total', '', ['job', 'log']),
          legend: '{{job}} {{log}} put off',
        },
      ],
    },
  ],
};

/** What the database of a service keeps, and who holds it up. */
export function kept(service: string): readonly PanelPlan[] {
  return [
    {
      title: 'Size of the database',
      description: 'On its disk.',
      unit: 'bytes',
      queries: [{ query: `max(mesh_database_size_bytes{${of(service)}})`, legend: 'database' }],
    },
    {
      title: 'Oldest transaction',
      description:
        'Nothing that is younger can be cleaned up; an open one that appends holds up retention.',
      unit: 's',
      queries: [
        {
          query: `max(mesh_database_oldest_transaction_age_seconds{${of(service)}})`,
          legend: 'any',
        },
        { query: `max(mesh_outbox_oldest_writer_age_seconds{${of(service)}})`, legend: 'appends' },
      ],
    },
    {
      title: 'Removed by retention a second',
      description: 'Rows, or slots of the inbox, by task.',
      unit: 'ops',
      queries: [
        {
          query: rate('mesh_retention_removed_total', of(service), ['task']),
          legend: '{{task}}',
        },
      ],
    },
  ];
}

/** What of the metrics of a service is missing, and with it what alerts would say. */
export function unread(service: string): PanelPlan {
  return {
    title: 'Metrics that could not be read',
    description: 'Their panels are empty and their alerts silent, whatever goes on.',
    queries: [
      {
        query: `sum by (metric) (mesh_metrics_failed{${of(service)}})`,
        legend: '{{metric}}',
      },
    ],
  };
}
