import type { Delivery } from '@mesh/messaging';
import type { HandleEvent, Handling } from '@mesh/messaging/middleware';
import { CompiledQuery, type Transaction } from 'kysely';
import { inTransaction } from '../in-transaction.js';
import { handledBy, single } from './consumers.js';
import type { ConsumerParts, ConsumerUnderTest } from './consumer-under-test.js';

const HANDLED = 'mesh_inbox.handled (group_name, source, event_id)';

/** Of two at once, both find nothing. */
export const checkThenAct: ConsumerUnderTest = {
  name: 'check, then act',
  handler(parts) {
    const { db, outbox, group } = parts;
    const checking =
      (next: HandleEvent): HandleEvent =>
      (handling) =>
        inTransaction(db, outbox, async (tx) => {
          const { source, id } = handling.event;
          const values = [group, source, id];
          const where = 'group_name = $1 and source = $2 and event_id = $3';
          const known = await run(tx, `select from mesh_inbox.handled where ${where}`, values);
          if (known.rows.length > 0) return 'repeated';
          const result = await next({ ...handling, tx });
          await run(
            tx,
            `insert into ${HANDLED} values ($1, $2, $3) on conflict do nothing`,
            values,
          );
          return result;
        });
    return handledBy(checking, parts);
  },
};

/** What dies before the commit is gone. */
export const ackBeforeCommit: ConsumerUnderTest = {
  name: 'ack before commit',
  handler(parts) {
    const handle = single.handler(parts);
    return async (delivery) => {
      void handle(delivery).catch(() => undefined);
    };
  },
};

/** What dies behind the commit has told nobody. */
export const appendAfterCommit: ConsumerUnderTest = {
  name: 'append after commit',
  handler(parts: ConsumerParts) {
    const { db, effect } = parts;
    const changed = new Map<Delivery, Handling>();
    const handle = single.handler({
      ...parts,
      effect: {
        async change(tx, handling) {
          await effect.change(tx, handling);
          changed.set(handling.delivery, handling);
        },
        append: async () => {},
      },
    });
    return async (delivery) => {
      await handle(delivery);
      const handling = changed.get(delivery);
      changed.delete(delivery);
      if (handling !== undefined)
        await db.transaction().execute((tx) => effect.append(tx, handling));
    };
  },
};

function run(tx: Transaction<unknown>, text: string, values: unknown[]) {
  return tx.executeQuery(CompiledQuery.raw(text, values));
}
