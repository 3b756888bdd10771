import type { Delivery } from '@mesh/messaging';
import {
  rejection,
  gaugeChanged,
  type ParkSetting,
  type Replica,
  type ReplicaOptions,
} from './park-setting.js';

/** Delivers as a transport does: again, until it is acked. */
export async function deliverUntilAcked(replica: Replica, delivery: Delivery): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await replica.deliver(Object.assign(delivery, { attempt }));
    } catch (error) {
      if ((error as Error).name !== 'RetryLaterError') throw error;
    }
  }
}

/**
 * Rule 33: of three keys with five events each, the second event of one fails for ever; events come
 * by turns to two replicas. Later ones of its key wait behind it, the others go on; the redrive
 * replays the key in order.
 * @throws Error naming the rule
 */
export async function parkByKey(setting: ParkSetting, options: ReplicaOptions = {}): Promise<void> {
  const replicas = [await setting.replica(options), await setting.replica(options)] as const;
  try {
    setting.failing.set('bad/2', rejection);
    for (let version = 1; version <= 5; version++) {
      for (const gauge of ['good', 'bad', 'fine']) {
        await deliverUntilAcked(replicas[version % 2]!, gaugeChanged(gauge, version));
      }
    }
    await expectEffects(setting, 'good', [1, 2, 3, 4, 5]);
    await expectEffects(setting, 'fine', [1, 2, 3, 4, 5]);
    await expectEffects(setting, 'bad', [1]);
    const parked = await setting.letters.plan({ reason: 'rejected' });
    const ids = parked.map(({ eventId }) => eventId).join();
    if (ids !== 'bad-2,bad-3,bad-4,bad-5') broken(`parked are ${ids || 'none'}`);

    setting.failing.clear();
    const { operations } = replicas[0];
    await operations.redrive(
      parked.map(({ id }) => id),
      'ann',
      new AbortController().signal,
    );
    await deliverUntilAcked(replicas[1], gaugeChanged('bad', 6));
    await expectEffects(setting, 'bad', [1, 2, 3, 4, 5, 6]);
  } finally {
    await Promise.all(replicas.map((replica) => replica.close()));
  }
}

async function expectEffects(
  setting: ParkSetting,
  gauge: string,
  expected: number[],
): Promise<void> {
  const effects = await setting.effects(gauge);
  if (effects.join() !== expected.join())
    broken(`the key ${gauge} had the effects ${effects.join()} instead of ${expected.join()}`);
}

function broken(what: string): never {
  throw new Error(`rule 33: ${what}`);
}
