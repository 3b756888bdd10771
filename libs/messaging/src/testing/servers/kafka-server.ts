import { startKafka } from '@mesh/tools/servers/kafka';
import { RestartableServer } from '@mesh/tools/testing/restartable-server';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { join } from 'node:path';
import { kafkaTransport } from '../../transports/kafka/index.js';
import { faultServerOf, PUBLISH_TIMEOUT_MS, type FaultServer } from './fault-server.js';

const SESSION_TIMEOUT_MS = 2000;

/** Kafka; clients know the proxy's port alone, which is the one that the broker advertises. */
export async function startKafkaServer(): Promise<FaultServer> {
  const folder = temporaryFolder();
  const server = await RestartableServer.start((publicPort) =>
    startKafka({
      dataDir: join(folder.path, 'kafka'),
      settings: {
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${publicPort}`,
        'group.min.session.timeout.ms': '1000',
      },
    }),
  );
  const brokers = [`127.0.0.1:${server.network.port}`];
  return faultServerOf({
    server,
    open: async () =>
      kafkaTransport({
        brokers,
        clientId: 'fault-spec',
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        publishTimeoutMs: PUBLISH_TIMEOUT_MS,
      }),
    // Kafka 4 asks for no more in-sync replicas than a topic has, so that one broker alone can't refuse
    // writes for want of them: without a leader there is nobody to answer.
    blocks: {
      'has no leader': async () => {
        server.network.refuse();
        server.network.reset();
        return () => server.network.heal();
      },
    },
    remove: () => folder.remove(),
  });
}
