import type { RestartableServer, StartedServer } from '@mesh/tools/testing/restartable-server';
import type { Transport } from '../../transport.js';
import type { OwnServer } from '../transport-under-test.js';

/** A publish that nobody confirms is refused after that long, so that rules need not wait for longer. */
export const PUBLISH_TIMEOUT_MS = 2000;

/** Started once for a file of rules, which have it one after the other. */
export interface FaultServer extends OwnServer {
  /** For good, with its data. */
  end(): Promise<void>;
}

interface Parts<Started extends StartedServer> {
  readonly server: RestartableServer<Started>;
  readonly open: () => Promise<Transport>;
  readonly synced?: () => Promise<void>;
  readonly blocks: OwnServer['blocks'];
  /** Removes the data. */
  readonly remove: () => void;
}

/** Adds what is the same for all servers. */
export function faultServerOf<Started extends StartedServer>({
  server,
  open,
  synced = async () => {},
  blocks,
  remove,
}: Parts<Started>): FaultServer {
  return {
    open,
    synced,
    network: server.network,
    restart: () => server.restart(),
    kill: () => server.kill(),
    blocks: {
      ...blocks,
      'stands still': async () => {
        const goOn = await server.freeze();
        return async () => goOn();
      },
    },
    stop: () => server.network.heal(),
    end: async () => {
      await server.stop();
      remove();
    },
  };
}
