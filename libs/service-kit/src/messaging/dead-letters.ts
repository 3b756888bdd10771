import {
  DeadLetterOperations,
  DeadLetters,
  installInbox,
  installKeyNumbers,
  installParking,
  ParkedKeys,
  Parking,
} from '@mesh/outbox';
import { RejectedError } from '@mesh/messaging';
import type { Kysely } from 'kysely';
import { Client, type Pool } from 'pg';
import type { Authenticator } from '../auth/authenticator.js';
import type { Runtime } from '../lifecycle/runtime.js';
import { watchDeadLetters } from './dead-letter-metrics.js';
import { deadLetterRoutes } from './dead-letter-routes.js';
import { redriveEvents } from './event-router.js';
import { watchParkedKeys } from './handler-metrics.js';
import type { PlannedSubscription } from './subscription-plan.js';

export interface DeadLetterParts {
  readonly db: Kysely<unknown>;
  readonly pool: Pool;
  readonly plans: readonly PlannedSubscription[];
  readonly runtime: Runtime;
  readonly outbox: { wake(): void } | undefined;
  readonly authenticator: Authenticator | undefined;
  /** Of the config. */
  readonly gapTimeoutMs: number | undefined;
}

/** Opens the dead letters of a service's database, and what operators do to them on its management port. */
export async function openDeadLetters(parts: DeadLetterParts): Promise<Parking> {
  const { db, pool, plans, runtime, outbox, authenticator, gapTimeoutMs } = parts;
  await installInbox(pool);
  await installParking(pool);
  await installKeyNumbers(pool);
  const keys = new ParkedKeys({ pool, connect: () => connectBeside(pool) });
  await keys.start();
  const letters = new DeadLetters(pool);
  const groups = [...new Set(plans.map(({ group }) => group))];
  const unwatch = [watchParkedKeys(keys), watchDeadLetters({ letters, groups })];
  runtime.lifecycle.onStop('close', 'parked keys', async () => {
    for (const end of unwatch) end();
    await keys.close();
  });
  const parking = new Parking({
    ...{ db, keys },
    ...(gapTimeoutMs !== undefined && { gapTimeoutMs }),
  });
  const redrives = new Map(
    plans.map((plan) => [`${plan.subscribe.source} ${plan.group}`, redriveEvents(plan, parking)]),
  );
  const operations = new DeadLetterOperations({
    db,
    keys,
    async handle(delivery, tx, unread) {
      const redrive = redrives.get(`${delivery.source} ${delivery.group}`);
      if (redrive !== undefined) return redrive(delivery, tx, unread);
      const message = `This version has no handlers for ${delivery.source} in the group "${delivery.group}"`;
      throw new RejectedError('rejected', message);
    },
    committed: () => outbox?.wake(),
  });
  runtime.management.add(
    '/dead-letters',
    deadLetterRoutes({
      ...{ operations, letters, authenticator, log: runtime.log },
      stopping: runtime.lifecycle.stopping,
    }),
  );
  return parking;
}

/** A connection of its own, as the pool makes them; the pool hides its password from a spread. */
async function connectBeside({ options }: Pool): Promise<Client> {
  const { password, ssl } = options;
  const client = new Client({ ...options, password, ssl, keepAlive: true });
  await client.connect();
  return client;
}
