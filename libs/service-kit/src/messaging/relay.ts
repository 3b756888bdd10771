import { Relay, type RelayHooks } from '@mesh/outbox';
import type { PgLog } from '@mesh/pg-log';
import type { Pool } from 'pg';
import type { Runtime } from '../lifecycle/runtime.js';
import type { Transports } from './transports.js';

/** What is left then is in the database, and published after the next start. */
const flushMs = 2000;

/**
 * Relays in the background, until the flush phase of shutdown. The service takes calls meanwhile: after
 * a crash the lease of its predecessor has to run out first. A relay that can't go on makes the service
 * not ready, and says why.
 */
export function runRelay(options: {
  readonly log: PgLog;
  readonly pool: Pool;
  readonly transports: Transports;
  readonly runtime: Runtime;
}): void {
  const { log, pool, transports, runtime } = options;
  const condition = runtime.readiness.require('relay');
  const relay = new Relay({
    log,
    pool,
    publishers: async (kind) => (await transports.forKind(kind)).publisher(),
    hooks: hooks(runtime, condition.waiting),
  });
  runtime.lifecycle.onStop('flush', 'relay', () => relay.stop({ flushMs }));
  relay.start().then(condition.fulfil, (error: Error) => condition.waiting(error.message));
}

function hooks({ log }: Runtime, waiting: (reason: string) => void): RelayHooks {
  return {
    parked: (row, error) => {
      const { stream, position } = row;
      log.error(
        { err: error, stream, position: String(position) },
        'An event can never be published',
      );
    },
    failed: (error, inARow) => {
      // A broker that is away for a while would fill the log.
      if (Number.isInteger(Math.log2(inARow)))
        log.warn({ err: error, failures: inARow }, 'Relaying failed');
    },
    ended: (error) => {
      log.error({ err: error }, 'The relay can not go on');
      waiting(error.message);
    },
  };
}
