import { fileURLToPath } from 'node:url';
import { outboxWalLog } from '../outbox-log.js';
import { Relay } from '../relay/relay.js';
import { RETRY } from './polling-relay.js';
import type { RelayStart, RelayUnderTest } from './relay-under-test.js';

/** The mode that reads the outbox from the WAL, by logical replication. */
export const logicalRelay: RelayUnderTest = {
  name: 'logical',
  features: { sharing: false, table: false },
  process: fileURLToPath(new URL('./logical-relay.main.ts', import.meta.url)),
  async open({ pool }) {
    const log = outboxWalLog({ pool });
    await log.install();
    return {
      log,
      async start({ publisher, ...options }: RelayStart) {
        const publishers = async () => publisher;
        const relay = new Relay({ log, pool, publishers, retry: RETRY, ...options });
        await relay.start();
        return relay;
      },
      close: () => log.close(),
    };
  },
};
