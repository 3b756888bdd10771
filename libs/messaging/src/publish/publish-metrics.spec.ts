import { metrics } from '@mesh/tracing';
import { expect, test } from 'vitest';
import { PublishError } from '../errors.js';
import { counted } from './publish-metrics.js';

async function published(): Promise<Record<string, number>> {
  const { values } = await metrics.registry.getSingleMetric('mesh_publish_messages_total')!.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels['result'], value]));
}

test('given calls that are confirmed, in part and not at all, then each message is counted as what became of it', async () => {
  await counted('kafka', 3, Promise.resolve());
  expect(await published()).toEqual({ confirmed: 3 });
  const partly = new PublishError('The broker is away', [1], {
    ...{ code: 'PUBLISH_FAILED', retryable: true },
  });
  await expect(counted('kafka', 3, Promise.reject(partly))).rejects.toBe(partly);
  expect(await published()).toEqual({ confirmed: 5, failed: 1 });
  const wholly = new Error('Broken');
  await expect(counted('kafka', 2, Promise.reject(wholly))).rejects.toBe(wholly);
  expect(await published()).toEqual({ confirmed: 5, failed: 3 });
});
