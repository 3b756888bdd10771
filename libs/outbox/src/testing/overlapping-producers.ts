import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { inTransaction } from '../in-transaction.js';
import type { Setting } from './setting.js';

const PRODUCERS = 12;
const KEYS = 8;
const ROLLBACKS = 0.1;

/** What became of the events that were committed. All but the first are 0 for a relay that is right. */
export interface Verdict {
  readonly committed: number;
  readonly lost: number;
  readonly doubled: number;
  /** Published after a later one of its key. */
  readonly disordered: number;
}

/**
 * Twelve producers append to eight keys until `commits` are made. Each has a transaction id before
 * it waits for the key's lock, as a handler has that first writes its inbox row; some pause before
 * the lock and before the end, one in ten rolls back. Two bystanders open write transactions
 * beside them. Then waits until all is published, at most `patienceMs`.
 */
export async function overlap(
  setting: Setting,
  { commits, patienceMs }: { readonly commits: number; readonly patienceMs: number },
): Promise<Verdict> {
  const committed = new Map<string, number>();
  let left = commits;

  const produce = async () => {
    while (left-- > 0) {
      const sku = `sku-${Math.floor(Math.random() * KEYS)}`;
      await inTransaction(setting.db, setting.outbox, async (tx) => {
        await tx.insertInto('note').values({ text: 'handled' }).execute();
        if (Math.random() < 0.5) await pause(Math.random() * 8);
        await setting.change(tx, sku);
        if (Math.random() < 0.3) await pause(Math.random() * 4);
        if (Math.random() < ROLLBACKS) throw new Rollback();
      }).then(
        () => committed.set(sku, (committed.get(sku) ?? 0) + 1),
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

  const total = [...committed.values()].reduce((sum, count) => sum + count, 0);
  await vi
    .waitUntil(() => judge(setting, committed).lost === 0, { timeout: patienceMs, interval: 50 })
    .catch(() => undefined);
  return { ...judge(setting, committed), committed: total };
}

class Rollback extends Error {}

function judge({ publisher }: Setting, committed: ReadonlyMap<string, number>) {
  const verdict = { lost: 0, doubled: 0, disordered: 0 };
  const published = publisher.versions();
  for (const [sku, count] of committed) {
    const versions = published.get(sku) ?? [];
    let last = 0;
    for (const version of versions) {
      if (version < last) verdict.disordered += 1;
      last = Math.max(last, version);
    }
    const distinct = new Set(versions).size;
    verdict.doubled += versions.length - distinct;
    verdict.lost += count - distinct;
  }
  return verdict;
}
