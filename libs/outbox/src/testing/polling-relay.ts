import { fileURLToPath } from 'node:url';
import { outboxLog } from '../outbox-log.js';
import { Relay } from '../relay/relay.js';
import type { RelayStart, RelayUnderTest } from './relay-under-test.js';

/** Tries again without long pauses, so that rules need not wait for them. */
export const RETRY = { minMs: 5, maxMs: 100 };

/** The mode that reads the outbox log by snapshot cursors, with leases on partitions of keys. */
export const pollingRelay: RelayUnderTest = {
  name: 'polling',
  features: { sharing: true, table: true },
  process: fileURLToPath(new URL('./polling-relay.main.ts', import.meta.url)),
  async open({ pool }) {
    const log = outboxLog({ pool });
    await log.install();
    return {
      log,
      async start({ publisher, ...options }: RelayStart) {
        const publishers = async () => publisher;
        const relay = new Relay({ log, pool, publishers, retry: RETRY, ...options });
        await relay.start();
        return relay;
      },
      retention(maxBytes) {
        const retention = log.retention({ maxBytes });
        const bytes = async () => (await retention.status()).bytes;
        return { run: () => retention.run(), bytes };
      },
      close: () => log.close(),
    };
  },
};
