import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  appliesWhatComes,
  keepsOrderByNumber,
  skipsUnhandled,
} from '../testing/key-number-rules.js';
import { openParkSetting, type ParkSetting } from '../testing/park-setting.js';

let setting: ParkSetting;
beforeEach(async () => void (setting = await openParkSetting()));
afterEach(() => setting.close());

it('given a swap, a repeat and an event that nobody handles, then a key has its effects once and in order', () =>
  keepsOrderByNumber(setting));

it('the rule rejects an inbox that applies what comes', async () => {
  const checked = keepsOrderByNumber(setting, { mutate: appliesWhatComes });
  await expect(checked).rejects.toThrow('the effects are 1,3,2,5 instead of 1,2,3,5');
});

it('the rule rejects an inbox that does not count what nobody handles', async () => {
  const checked = keepsOrderByNumber(setting, {
    ...{ mutate: skipsUnhandled, gapTimeoutMs: 500 },
  });
  await expect(checked).rejects.toThrow(/^the effects are 1,2(,3)? instead of 1,2,3,5$/);
});
