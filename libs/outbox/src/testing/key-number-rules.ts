import type { Delivery } from '@mesh/messaging';
import type { Parking } from '../dead-letters/parking.js';
import { deliverUntilAcked } from './dead-letter-rules.js';
import { gaugeChanged, type ParkSetting, type ReplicaOptions } from './park-setting.js';

/**
 * Two replicas are given the events of a key with a swap, a repeat and one that nobody handles: each has
 * its effect once and in order, and nothing is parked.
 * @throws Error that says what became of the key
 */
export async function keepsOrderByNumber(
  setting: ParkSetting,
  options: ReplicaOptions = {},
): Promise<void> {
  const [one, other] = [
    await setting.replica({ kind: 'by-key', gapTimeoutMs: 20_000, ...options }),
    await setting.replica({ kind: 'by-key', gapTimeoutMs: 20_000, ...options }),
  ];
  try {
    await one.deliver(numbered(1));
    const early = numbered(3);
    // Once for a double that applies it at once; else it waits.
    await one.deliver(early).catch(() => undefined);
    await one.deliver(gaugeChanged('other', 1, 1, 1n));
    await deliverUntilAcked(other, numbered(2));
    await deliverUntilAcked(one, early);
    await other.deliver(numbered(2));
    await one.pass(numbered(4));
    await deliverUntilAcked(other, numbered(5));
    const effects = (await setting.effects('key')).join();
    if (effects !== '1,2,3,5') throw new Error(`the effects are ${effects} instead of 1,2,3,5`);
    const parked = (await setting.letters.list()).map(({ eventId }) => eventId).join();
    if (parked !== '') throw new Error(`parked are ${parked}`);
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

const numbered = (version: number): Delivery => gaugeChanged('key', version, 1, BigInt(version));

/** Knows events by their ids alone, and applies them as they come: what the rule must reject. */
export function appliesWhatComes(parking: Parking): Parking {
  const mutant: Pick<Parking, 'handleUnlessParked' | 'passOver' | 'park'> = {
    handleUnlessParked: (tx, { group, delivery, event }, effect) =>
      parking.handleUnlessParked(tx, { group, delivery, event }, effect),
    passOver: (arrival) => parking.passOver(arrival),
    park: (arrival, failure, policy) => parking.park(arrival, failure, policy),
  };
  return mutant as Parking;
}

/** Does not count what nobody handles: what the rule must reject. */
export function skipsUnhandled(parking: Parking): Parking {
  const mutant: Pick<Parking, 'handleUnlessParked' | 'passOver' | 'park'> = {
    handleUnlessParked: (tx, arrival, effect) => parking.handleUnlessParked(tx, arrival, effect),
    passOver: async () => undefined,
    park: (arrival, failure, policy) => parking.park(arrival, failure, policy),
  };
  return mutant as Parking;
}
