import { metrics } from '@mesh/tracing';
import { expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { openSetting } from '../testing/setting.js';
import { watchOpenTransactions } from './open-transaction-metrics.js';

it('tells the oldest open transaction that has appended from others, and what holds nobody back', async () => {
  const { db, pool, change, close } = await openSetting();
  const unwatch = watchOpenTransactions(pool);
  try {
    await expect(ages()).resolves.toEqual({ writer: 0, any: 0 });
    await db.transaction().execute(async (bystander) => {
      await bystander.insertInto('note').values({ text: 'bystander' }).execute();
      await eventually(async () => expect((await ages()).any).toBeGreaterThan(0.05));
      expect((await ages()).writer).toBe(0);
    });
    await db.transaction().execute(async (writer) => {
      await change(writer, 'gauge-1');
      await eventually(async () => expect((await ages()).writer).toBeGreaterThan(0.05));
    });
    await eventually(() => expect(ages()).resolves.toEqual({ writer: 0, any: 0 }));
  } finally {
    unwatch();
    await close();
  }
});

async function ages(): Promise<{ writer: number; any: number }> {
  const text = await metrics.registry.metrics();
  const of = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  return {
    writer: of('mesh_outbox_oldest_writer_age_seconds'),
    any: of('mesh_database_oldest_transaction_age_seconds'),
  };
}
