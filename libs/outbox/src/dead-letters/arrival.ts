import type { CloudEvent } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import { textFor } from './failure.js';
import type { KeyPlace } from './parked-keys.js';

/** An event that arrived for a group. */
export interface Arrival {
  /** The group of the inbox. */
  readonly group: string;
  readonly delivery: Delivery;
  readonly event: CloudEvent;
}

/** Where its order holds; undefined for an event without a key. */
export function placeOf({ group, delivery }: Arrival): KeyPlace | undefined {
  const { key, source: stream } = delivery;
  return key === null ? undefined : { group, stream, key: textFor(key) };
}
