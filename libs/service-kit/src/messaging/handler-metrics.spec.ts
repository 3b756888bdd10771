import type { EventMiddleware, Handling } from '@mesh/messaging/middleware';
import { metrics } from '@mesh/tracing';
import { expect, test } from 'vitest';
import { breakerChanged, breakerStates, measured, measuredBatches } from './handler-metrics.js';

type Result = Awaited<ReturnType<ReturnType<EventMiddleware>>>;

const handling = { event: { type: 't' } } as Handling;

async function values(name: string, group: string): Promise<Record<string, number>> {
  const { values } = await metrics.registry.getSingleMetric(name)!.get();
  const all = values as readonly {
    readonly metricName?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
  const own = all.filter(
    ({ metricName = '_count', labels }) =>
      labels['group'] === group && metricName.endsWith('_count'),
  );
  return Object.fromEntries(own.map(({ labels, value }) => [labels['result'] ?? '', value]));
}

test('given events that are handled, repeated and failed, then each is measured by its result, repeats as duplicates', async () => {
  const run = (next: () => Promise<Result>) => measured('single')(next)(handling);
  await run(async () => 'done');
  await run(async () => 'repeated');
  await expect(run(() => Promise.reject(new Error('Broken')))).rejects.toThrow('Broken');
  const counted = { done: 1, repeated: 1, failed: 1 };
  expect(await values('mesh_event_handler_duration_seconds', 'single')).toEqual(counted);
  expect(await values('mesh_inbox_duplicates_total', 'single')).toEqual({ '': 1 });
});

test('given a batch, then its events are measured by their results, without those that are handled alone', async () => {
  const measure = measuredBatches('batched');
  measure(['t', 't', 't', 't']).done(['done', 'repeated', 'alone', 'repeated']);
  measure(['t']).failed();
  const counted = { done: 1, repeated: 2 };
  expect(await values('mesh_event_handler_duration_seconds', 'batched')).toEqual(counted);
  expect(await values('mesh_inbox_duplicates_total', 'batched')).toEqual({ '': 2 });
  expect(await values('mesh_event_batch_size', 'batched')).toEqual({ done: 1, failed: 1 });
});

test('given a circuit that opens and closes, then the metric and the states of handlers follow', async () => {
  const shown = async () => {
    const { values } = await metrics.registry.getSingleMetric('mesh_handler_circuit_open')!.get();
    return values;
  };
  const labels = { handler: 'Mailer.onPlaced' };
  breakerChanged(labels.handler, 'open');
  expect(await shown()).toEqual([expect.objectContaining({ labels, value: 1 })]);
  expect(await breakerStates([labels.handler, 'Mailer.onLost'])).toEqual([
    { handler: labels.handler, state: 'open' },
    { handler: 'Mailer.onLost', state: 'closed' },
  ]);
  breakerChanged(labels.handler, 'closed');
  expect(await shown()).toEqual([expect.objectContaining({ labels, value: 0 })]);
});
