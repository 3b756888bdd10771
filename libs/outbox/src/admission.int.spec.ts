import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { expect, it } from 'vitest';
import { OutboxFullError } from './errors.js';
import { Outbox } from './outbox.js';
import { openSetting } from './testing/setting.js';

it('given the outbox is full, when appending, then nothing of the transaction commits', async () => {
  const { db, pool, log, close } = await openSetting();
  const asked: unknown[] = [];
  const outbox = new Outbox({
    ...{ log, source: '/probe' },
    admission: {
      admit(appended) {
        asked.push(appended);
        throw new OutboxFullError('2 events wait, which is the limit', 1000);
      },
    },
  });
  const data = { gauge: 'gauge-1', level: 0, version: 1, occurredAt: undefined };
  const change = db.transaction().execute(async (tx) => {
    await tx.insertInto('note').values({ text: 'a change' }).execute();
    await outbox.appendAll(tx, [GaugeChanged.with(data), GaugeChanged.with(data)]);
  });
  await expect(change).rejects.toMatchObject({
    ...{ code: 'OUTBOX_FULL', message: '2 events wait, which is the limit' },
    ...{ retryable: true, retryAfterMs: 1000 },
  });
  expect(asked).toEqual([{ events: 2, bytes: expect.any(Number) }]);
  const { rows } = await pool.query('select from note union all select from mesh_outbox.entry');
  expect(rows).toEqual([]);
  await close();
});
