import { metrics } from '@mesh/tracing';
import { expect, test } from 'vitest';
import { AppError } from '../errors/app-error.js';
import { startClientCall } from './call-metrics.js';

const method = '/mesh.test.v1.Metered/Call';

/** Calls by code. */
async function measured(): Promise<Record<string, number>> {
  const family = (await metrics.collect()).find(
    ({ name }) => name === 'mesh_grpc_client_duration_seconds',
  );
  const counts = family!.values.filter(
    ({ metricName, labels }) => metricName?.endsWith('_count') && labels['method'] === method,
  );
  return Object.fromEntries(counts.map(({ labels, value }) => [labels['code'], value]));
}

test('given calls that succeed, fail and are cancelled, then each is measured by its code, and no message is one', async () => {
  startClientCall(method).end();
  startClientCall(method).end(new AppError('UNAVAILABLE', 'probe is away'));
  startClientCall(method).end(new AppError('NOT_FOUND', 'There is no gauge 4711'));
  startClientCall(method).end(new AppError('NOT_FOUND', 'There is no gauge 4712'));
  startClientCall(method).end('cancelled');
  startClientCall(method).end(new TypeError('x is undefined'));
  expect(await measured()).toEqual({
    ...{ OK: 1, UNAVAILABLE: 1, NOT_FOUND: 2, CANCELLED: 1, INTERNAL: 1 },
  });
});
