import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { handleOnce } from '../inbox.js';
import { openSetting, type Setting, type Tables } from './setting.js';

/** How many effects each of the events had that were delivered several times at once. */
export async function deliverAtOnce(
  { db, pool }: Setting,
  inbox: typeof handleOnce,
  { events, deliveries }: { readonly events: number; readonly deliveries: number },
): Promise<{ readonly effects: readonly number[]; readonly claimed: readonly number[] }> {
  await pool.query('truncate aggregate');
  const claimed: number[] = [];
  for (let event = 0; event < events; event++) {
    const gauge = `gauge-${event}`;
    const answers = await Promise.all(
      Array.from({ length: deliveries }, () =>
        db.transaction().execute((tx) =>
          inbox(tx, { group: 'gauge', source: '/job', id: gauge }, () =>
            tx
              .insertInto('aggregate')
              .values({ gauge, version: 1 })
              .onConflict((c) =>
                c.column('gauge').doUpdateSet((e) => ({ version: e('aggregate.version', '+', 1) })),
              )
              .execute(),
          ),
        ),
      ),
    );
    claimed.push(answers.filter(Boolean).length);
  }
  const { rows } = await pool.query('select version from aggregate');
  return { effects: rows.map(({ version }) => version), claimed };
}

/** What every inbox must pass; needs TEST_DATABASE_URL. */
export function inboxSuite({
  name,
  inbox,
}: {
  readonly name: string;
  readonly inbox: typeof handleOnce;
}): void {
  describe(`${name}: inbox`, () => {
    let setting: Setting;
    beforeAll(async () => void (setting = await openSetting()));
    afterAll(() => setting.close());

    const event = (id: string) => ({ group: 'gauge', source: '/job', id });
    const count = async (table: string) =>
      Number((await setting.pool.query(`select count(*) from ${table}`)).rows[0].count);
    const changeOnce = (id: string, { andFail = false } = {}) =>
      setting.db.transaction().execute((tx) =>
        inbox(tx, event(id), async () => {
          await setting.change(tx, id);
          if (andFail) throw new Error('no');
        }),
      );

    it('rule 28: given events delivered to four consumers at once, then each has one effect', async () => {
      const { effects, claimed } = await deliverAtOnce(setting, inbox, {
        events: 50,
        deliveries: 4,
      });
      expect(effects).toEqual(Array.from({ length: 50 }, () => 1));
      expect(claimed).toEqual(effects);
    });

    it('rule 28: given the same id of another source or for another group, then it is another event', async () => {
      const handle = (other: object) =>
        setting.db
          .transaction()
          .execute((tx) => inbox(tx, { ...event('shared'), ...other }, async () => undefined));
      expect(await handle({})).toBe(true);
      expect(await handle({ source: '/probe' })).toBe(true);
      expect(await handle({ group: 'mail' })).toBe(true);
      expect(await handle({})).toBe(false);
    });

    it('rules 29 and 30: given a handler that fails, then no inbox row, no effect and no event stay', async () => {
      const before = await Promise.all(TABLES.map(count));
      await expect(changeOnce('fails', { andFail: true })).rejects.toThrow('no');
      expect(await Promise.all(TABLES.map(count))).toEqual(before);
    });

    it('rule 29: given a handler that failed, when the event comes again, then it has its effect', async () => {
      await expect(changeOnce('again', { andFail: true })).rejects.toThrow('no');
      expect(await changeOnce('again')).toBe(true);
      expect(await changeOnce('again')).toBe(false);
    });

    it('rule 30: given a handler that succeeds, then inbox row, effect and event commit together', async () => {
      const before = await Promise.all(TABLES.map(count));
      await changeOnce('succeeds');
      expect(await Promise.all(TABLES.map(count))).toEqual(before.map((rows) => rows + 1));
    });

    it('rule 30: given a consumer that dies before the commit, then nothing of it stays', async () => {
      const before = await Promise.all(TABLES.map(count));
      const died = setting.db.transaction().execute((tx) =>
        inbox(tx, event('dies'), async () => {
          await setting.change(tx, 'dies');
          const { pid } = await tx
            .selectNoFrom((e) => e.fn<number>('pg_backend_pid', []).as('pid'))
            .executeTakeFirstOrThrow();
          await setting.pool.query('select pg_terminate_backend($1)', [pid]);
          await setting.change(tx, 'dies');
        }),
      );
      await expect(died).rejects.toThrow(/connection|ECONNRESET/i);
      expect(await Promise.all(TABLES.map(count))).toEqual(before);
    });
  });
}

const TABLES = ['mesh_inbox.handled', 'aggregate' satisfies keyof Tables, 'mesh_outbox.entry'];
