import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  group,
  openParkSetting,
  gaugeChanged,
  type ParkSetting,
  type Replica,
} from '../testing/park-setting.js';
import { ParkedKeys } from '../dead-letters/parked-keys.js';
import { Parking } from '../dead-letters/parking.js';
import { collect } from './collect.js';

let setting: ParkSetting;
let replica: Replica;
beforeEach(async () => {
  setting = await openParkSetting();
  replica = await setting.replica();
});
afterEach(async () => {
  await replica.close();
  await setting.close();
});

const parking = () =>
  new Parking({
    db: setting.db as never,
    keys: new ParkedKeys({ pool: setting.pool, connect: () => Promise.reject(new Error()) }),
  });

it('given a message that expired at the broker, then it is recorded once with that reason, its key goes on, and a redrive handles it', async () => {
  const take = collect({ parking: parking(), group });
  const death = { reason: 'expired', attempts: 0, message: 'EXPIRED: it waited too long' } as const;
  await take(gaugeChanged('MUG', 1), death);
  await take(gaugeChanged('MUG', 1), death);
  await replica.deliver(gaugeChanged('MUG', 2));
  const letters = await setting.letters.list();
  expect(letters).toMatchObject([
    {
      ...{ eventId: 'MUG-1', reason: 'expired', attempts: 0, holdsKey: false },
      ...{ errorCode: 'EXPIRED', errorMessage: 'it waited too long' },
    },
  ]);
  const { signal } = new AbortController();
  await replica.operations.redrive([letters[0]!.id], 'ann', signal);
  expect(await setting.effects('MUG')).toEqual([2, 1]);
});
