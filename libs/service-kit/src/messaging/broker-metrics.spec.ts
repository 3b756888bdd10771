import type { Transport } from '@mesh/messaging';
import { metrics } from '@mesh/tracing';
import { expect, test } from 'vitest';
import { watchBroker } from './broker-metrics.js';

async function shown(name: string): Promise<Record<string, number>> {
  const { values } = await metrics.registry.getSingleMetric(name)!.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels['transport'], value]));
}

test('given a broker that blocks and goes on, then the metric follows; of one that can not tell it has nothing', async () => {
  const amqp = { name: 'amqp', blocked: true };
  const ends = [amqp, { name: 'kafka' }].map((one) => watchBroker(one as unknown as Transport));
  expect(await shown('mesh_broker_blocked')).toEqual({ amqp: 1 });
  amqp.blocked = false;
  expect(await shown('mesh_broker_blocked')).toEqual({ amqp: 0 });
  for (const end of ends) end();
  expect(await shown('mesh_broker_blocked')).toEqual({});
});
