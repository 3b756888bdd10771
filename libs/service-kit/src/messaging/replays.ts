import { installReplays, ReplayRecords } from '@mesh/outbox';
import type { Pool } from 'pg';
import type { Authenticator } from '../auth/authenticator.js';
import type { Runtime } from '../lifecycle/runtime.js';
import { ReplayOperations } from './replay-operations.js';
import { replayRoutes } from './replay-routes.js';
import type { KeptSubscription } from './subscriptions.js';
import type { Transports } from './transports.js';

/** Offers to operators that the groups of a service with an inbox go back. */
export async function openReplays(parts: {
  readonly pool: Pool;
  readonly subscriptions: readonly KeptSubscription[];
  readonly transports: Transports;
  readonly runtime: Runtime;
  readonly authenticator: Authenticator | undefined;
  /** How long the inbox remembers. @default for ever */
  readonly inboxMs: number | undefined;
}): Promise<void> {
  const { pool, subscriptions, transports, runtime, authenticator, inboxMs } = parts;
  await installReplays(pool);
  const records = new ReplayRecords(pool);
  const { log, lifecycle } = runtime;
  const operations = new ReplayOperations({
    ...{ subscriptions, transports, records, inboxMs },
    stopping: lifecycle.stopping,
  });
  runtime.management.add('/replays', replayRoutes({ operations, records, authenticator, log }));
}
