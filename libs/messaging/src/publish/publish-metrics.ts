import { metrics } from '@mesh/tracing';
import { PublishError } from '../errors.js';
import type { Transport } from '../transport.js';

const messages = metrics.counter({
  name: 'mesh_publish_messages_total',
  help: 'Messages that were given to a broker, by result (confirmed, failed); one that failed may have arrived',
  labels: ['transport', 'result'],
});

/** Counts what becomes of the messages of a call. */
export async function counted(
  transport: Transport['name'],
  count: number,
  sent: Promise<void>,
): Promise<void> {
  try {
    await sent;
    messages.inc({ transport, result: 'confirmed' }, count);
  } catch (error) {
    const failed = error instanceof PublishError ? error.unconfirmed.length : count;
    messages.inc({ transport, result: 'failed' }, failed);
    messages.inc({ transport, result: 'confirmed' }, count - failed);
    throw error;
  }
}
