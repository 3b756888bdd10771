import type { RelayOptions } from '../relay/relay-options.js';
import { Relay } from '../relay/relay.js';
import type { Setting } from './setting.js';

/** A relay that publishes to the setting's publisher, and retries without long pauses. */
export async function startRelay(
  { log, pool, publisher }: Setting,
  options: Partial<RelayOptions> = {},
): Promise<Relay> {
  const relay = new Relay({
    log,
    pool,
    publishers: async () => publisher,
    retry: { minMs: 5, maxMs: 100 },
    ...options,
  });
  await relay.start();
  return relay;
}
