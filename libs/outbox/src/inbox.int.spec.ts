import { CompiledQuery } from 'kysely';
import { expect, it } from 'vitest';
import { handleOnce } from './inbox.js';
import { deliverAtOnce, inboxSuite } from './testing/inbox-suite.js';
import { openSetting } from './testing/setting.js';

inboxSuite({ name: 'handleOnce', inbox: handleOnce });

const checkThenAct: typeof handleOnce = async (tx, { group, source, id }, effect) => {
  const where = CompiledQuery.raw(
    'select from mesh_inbox.handled where group_name = $1 and source = $2 and event_id = $3',
    [group, source, id],
  );
  if ((await tx.executeQuery(where)).rows.length > 0) return false;
  await effect();
  await tx.executeQuery(
    CompiledQuery.raw('insert into mesh_inbox.handled values ($1, $2, $3) on conflict do nothing', [
      group,
      source,
      id,
    ]),
  );
  return true;
};

it('the suite rejects an inbox that checks and then acts (rule 28)', async () => {
  const setting = await openSetting();
  const { effects } = await deliverAtOnce(setting, checkThenAct, { events: 50, deliveries: 4 });
  expect(Math.max(...effects)).toBeGreaterThan(1);
  await setting.close();
});
