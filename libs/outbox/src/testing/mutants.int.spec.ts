import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mutants } from './mutants.js';
import { overlap } from './overlapping-producers.js';
import { openSetting, type Setting } from './setting.js';

describe('the suite rejects a relay (rule 20)', () => {
  let setting: Setting;
  beforeEach(async () => void (setting = await openSetting()));
  afterEach(() => setting.close());

  it('that reads by a bare sequence: it skips what commits late', async () => {
    const relay = await mutants.bareSequence(setting);
    const verdict = await overlap(setting, { commits: 3000, patienceMs: 500 });
    await relay.stop();
    expect(verdict.lost).toBeGreaterThan(0);
  });

  it('that reads below the oldest running transaction, by xid: it breaks the order of a key', async () => {
    const relay = await mutants.xminHorizon(setting);
    const verdict = await overlap(setting, { commits: 3000, patienceMs: 20_000 });
    await relay.stop();
    expect(verdict.disordered).toBeGreaterThan(0);
    expect(verdict.lost).toBe(0);
  });

  it('that reads below the oldest running transaction: it waits for a bystander', async () => {
    const relay = await mutants.xminHorizon(setting);
    await setting.db.transaction().execute(async (bystander) => {
      await bystander.insertInto('note').values({ text: 'bystander' }).execute();
      await setting.commitChange('sku-1');
      const published = vi.waitFor(() => expect(setting.publisher.published).toHaveLength(1), 500);
      await expect(published).rejects.toThrow('expected [] to have a length of 1 but got +0');
    });
    await relay.stop();
  });
});
