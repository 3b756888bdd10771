import { RetryLaterError, type Delivery } from '@mesh/messaging';
import { SequenceGapError } from '../key-numbers/sequence-gap.js';
import { arrivalFor } from '../dead-letters/arrival.js';
import type { Parking } from '../dead-letters/parking.js';

const LOOK_AGAIN_MS = 200;

export interface PassOverOptions {
  readonly parking: Parking;
  /** The group as the inbox knows it. */
  readonly group: string;
}

/**
 * For events that nobody handles in a group whose inbox is by key: their numbers count as taken, or what
 * comes after them in their key would seem to follow a gap. They wait and are parked for a gap like those
 * that are handled. What comes at once costs one statement.
 */
export function passOver({ parking, group }: PassOverOptions) {
  return async (delivery: Delivery): Promise<void> => {
    try {
      await parking.passOver(arrivalFor('by-key', { group, delivery, event: delivery.event() }));
    } catch (error) {
      if (!(error instanceof SequenceGapError)) throw error;
      throw new RetryLaterError(error, { retryInMs: LOOK_AGAIN_MS, counts: false });
    }
  };
}
