import type { Delivery, DeliveryBatches, DeliveryHandler } from '@mesh/messaging';
import {
  around,
  decode,
  handlingOf,
  retry,
  type EventMiddleware,
  type HandleEvent,
} from '@mesh/messaging/middleware';
import type { Transaction } from 'kysely';
import type { InboxKind } from '../dead-letters/arrival.js';
import { inbox } from '../middleware/inbox.js';
import { inboxBatch } from '../middleware/inbox-batch.js';
import type { ConsumerParts, ConsumerUnderTest } from './consumer-under-test.js';

/** A transaction an event. */
export const single = singleWith('single', 'by-event');
/** The same with one row a key. */
export const singleByKey = singleWith('single-by-key', 'by-key');

/** A transaction for what is ready at once; a single one for what a batch could not do. */
export const batch = batchWith('batch', 'by-event');
export const batchByKey = batchWith('batch-by-key', 'by-key');

function singleWith(name: string, kind: InboxKind): ConsumerUnderTest {
  return { name, handler: (parts) => handledBy(inbox({ ...parts, kind }), parts) };
}

function batchWith(name: string, kind: InboxKind): ConsumerUnderTest {
  return { name, handler: (parts) => inBatches(parts, kind) };
}

function inBatches(parts: ConsumerParts, kind: InboxKind): DeliveryHandler {
  const { at, effect } = parts;
  const inBatch = inboxBatch({ ...parts, kind });
  const batches: DeliveryBatches = {
    ...{ maxCount: 100, maxBytes: 1024 * 1024, atOnce: 2, takes: () => true },
    async handle(deliveries: readonly Delivery[]) {
      await at('received');
      const results = await inBatch(
        deliveries.map((one) => handlingOf(one)),
        async (fresh, tx) => {
          await at('claimed');
          for (const handling of fresh) {
            await effect.change(tx, handling);
            await effect.append(tx, handling);
          }
          await at('effected');
        },
      );
      await at('committed');
      return results.map((result) => result !== 'alone');
    },
  };
  return Object.assign(handledBy(inbox({ ...parts, kind }), parts), { batches });
}

/** A handler that makes the effect inside of an inbox, and tries again. */
export function handledBy(inboxOf: EventMiddleware, parts: ConsumerParts) {
  const { at, effect } = parts;
  const steps: EventMiddleware = (next) => async (handling) => {
    await at('received');
    const result = await next(handling);
    await at('committed');
    return result;
  };
  const made: HandleEvent = async (handling) => {
    const tx = handling.tx as Transaction<unknown>;
    await at('claimed');
    await effect.change(tx, handling);
    await effect.append(tx, handling);
    await at('effected');
    return 'done';
  };
  const handle = around(made, retry({ attempts: Infinity, minMs: 1, maxMs: 20 }), steps, inboxOf);
  return decode(() => handle);
}
