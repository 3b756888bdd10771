import { startPostgres } from '@mesh/tools/postgres';
import { RestartableServer } from '@mesh/tools/testing/restartable-server';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { join } from 'node:path';
import pg from 'pg';
import { embeddedTransport } from '../../transports/embedded/index.js';
import { faultServerOf, PUBLISH_TIMEOUT_MS, type FaultServer } from './fault-server.js';

/** PostgreSQL for the embedded transport. */
export async function startEmbeddedServer(): Promise<FaultServer> {
  const folder = temporaryFolder();
  const server = await RestartableServer.start(() =>
    startPostgres({ dataDir: join(folder.path, 'postgres'), durable: false }),
  );
  const throughNetwork = () => {
    const url = new URL(server.current.url());
    url.port = String(server.network.port);
    return url.href;
  };
  const readOnly = async (setting: 'on' | 'off') => {
    const client = new pg.Client({ connectionString: server.current.url() });
    await client.connect();
    await client.query(`alter system set default_transaction_read_only = ${setting}`);
    await client.query('select pg_reload_conf()');
    await client.end();
  };
  return faultServerOf({
    server,
    open: async () =>
      embeddedTransport({
        url: throughNetwork(),
        leaseMs: 3000,
        publishTimeoutMs: PUBLISH_TIMEOUT_MS,
      }),
    blocks: {
      'is read-only': async () => {
        await readOnly('on');
        return () => readOnly('off');
      },
    },
    remove: () => folder.remove(),
  });
}
