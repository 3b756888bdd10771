import { setTimeout as pause } from 'node:timers/promises';
import { inTransaction } from '../in-transaction.js';
import type { RelaySetting } from './relay-setting.js';

const PRODUCERS = 12;
const KEYS = 8;
const ROLLBACKS = 0.1;

/**
 * Twelve producers append to eight keys until `commits` are made. Each has a transaction id before
 * it waits for the key's lock, as a handler has that first writes its inbox row; some pause before
 * the lock and before the end, one in ten rolls back. Two bystanders open write transactions
 * beside them. Returns how many events were committed of each key.
 */
export async function overlap(
  setting: RelaySetting,
  commits: number,
): Promise<ReadonlyMap<string, number>> {
  const committed = new Map<string, number>();
  let left = commits;

  const produce = async () => {
    while (left-- > 0) {
      const gauge = `gauge-${Math.floor(Math.random() * KEYS)}`;
      await inTransaction(setting.db, setting.outbox, async (tx) => {
        await tx.insertInto('note').values({ text: 'handled' }).execute();
        if (Math.random() < 0.5) await pause(Math.random() * 8);
        await setting.change(tx, gauge);
        if (Math.random() < 0.3) await pause(Math.random() * 4);
        if (Math.random() < ROLLBACKS) throw new Rollback();
      }).then(
        () => committed.set(gauge, (committed.get(gauge) ?? 0) + 1),
        (error: unknown) => {
          if (!(error instanceof Rollback)) throw error;
        },
      );
    }
  };
  const stand = async () => {
    while (left > 0) {
      await setting.db.transaction().execute(async (tx) => {
        await tx.insertInto('note').values({ text: 'bystander' }).execute();
        await pause(Math.random() * 60);
      });
    }
  };
  await Promise.all([...Array.from({ length: PRODUCERS }, produce), stand(), stand()]);
  return committed;
}

class Rollback extends Error {}
