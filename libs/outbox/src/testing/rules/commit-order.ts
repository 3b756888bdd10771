import { setTimeout as pause } from 'node:timers/promises';
import { overlap } from '../overlapping-producers.js';
import type { RelayRule } from '../relay-rule.js';
import { verdictOf } from '../relay-verdict.js';

/** Far above what an event takes, and far below the deadline: what stands so long was skipped. */
const STANDSTILL_MS = 5000;

export const overlappingCommitsKeepTheirOrder: RelayRule = {
  number: 20,
  title: 'producers that overlap: commit order by key, nothing skipped',
  deadlineMs: 150_000,
  async check(run) {
    const setting = await run.open();
    await run.relay(setting);
    const committed = await overlap(setting, run.count({ light: 3000, heavy: 20_000 }));
    const { publisher } = setting;
    const verdict = () => verdictOf(publisher.versions(), committed);
    let last = { published: -1, at: 0 };
    await run.judge.until(
      () => {
        const published = publisher.published.length;
        if (published !== last.published) last = { published, at: performance.now() };
        else if (performance.now() - last.at > STANDSTILL_MS) return true;
        return verdict().lost === 0;
      },
      () => `${verdict().lost} events were not published in time`,
    );
    const { lost, doubled, disordered } = verdict();
    run.judge.require(lost === 0, `${lost} events were skipped`);
    run.judge.require(disordered === 0, `${disordered} events came after a later one of their key`);
    run.judge.require(doubled === 0, `${doubled} events were published again`);
  },
};

export const nobodyWaitsForBystanders: RelayRule = {
  number: 20,
  title: 'a write transaction left open holds nobody back',
  async check(run) {
    const setting = await run.open();
    await run.relay(setting);
    const { db, publisher } = setting;
    await db.transaction().execute(async (bystander) => {
      await bystander.insertInto('note').values({ text: 'bystander' }).execute();
      await setting.commitChange('gauge-1');
      const end = performance.now() + STANDSTILL_MS;
      while (publisher.published.length === 0 && performance.now() < end) await pause(5);
      const published = publisher.published.length > 0;
      run.judge.require(
        published,
        'an event waits for a transaction that has nothing to do with it',
      );
    });
  },
};
