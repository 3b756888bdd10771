import { startRabbitMq } from '@mesh/tools/servers/rabbitmq';
import { RestartableServer } from '@mesh/tools/testing/restartable-server';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { join } from 'node:path';
import { amqpTransport } from '../../transports/amqp/index.js';
import { faultServerOf, PUBLISH_TIMEOUT_MS, type FaultServer } from './fault-server.js';

const HEARTBEAT_SECONDS = 1;

/** RabbitMQ. */
export async function startAmqpServer(): Promise<FaultServer> {
  const folder = temporaryFolder();
  const server = await RestartableServer.start(() =>
    startRabbitMq({ dataDir: join(folder.path, 'rabbitmq') }),
  );
  const { port } = server.network;
  const control = (...args: readonly string[]) => server.current.control(...args);
  const limitQueues = (length: number) => {
    const limit = JSON.stringify({ 'max-length': length, overflow: 'reject-publish' });
    return control('set_policy', '--apply-to', 'queues', 'limit', '^test\\.', limit);
  };
  return faultServerOf({
    server,
    open: async () =>
      amqpTransport({
        url: `amqp://guest:guest@127.0.0.1:${port}?heartbeat=${HEARTBEAT_SECONDS}`,
        clientName: 'fault-spec',
        publishTimeoutMs: PUBLISH_TIMEOUT_MS,
      }),
    // RabbitMQ 3.10 confirms a new queue seconds before it has written it down.
    synced: () => control('eval', 'mnesia:sync_log().'),
    blocks: {
      'is short of memory': async () => {
        await control('set_vm_memory_high_watermark', '0');
        return () => control('set_vm_memory_high_watermark', '0.4');
      },
      'has full queues': async () => {
        await limitQueues(1);
        // Without a limit the queue would never say that it takes messages again (3.10).
        return () => limitQueues(1_000_000);
      },
    },
    remove: () => folder.remove(),
  });
}
