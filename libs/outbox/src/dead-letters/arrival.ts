import { sequenceOf, type CloudEvent } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';
import { createHash } from 'node:crypto';
import { textFor } from './failure.js';
import type { KeyPlace } from './parked-keys.js';

/** An event that arrived for a group. */
export interface Arrival {
  /** The group of the inbox. */
  readonly group: string;
  readonly delivery: Delivery;
  /** Of a message that could not be read: what it is known by. */
  readonly event: CloudEvent;
  /** The message could not be read: there is no event. */
  readonly unread?: true;
  /** Its number within its key, where the group's inbox keeps one row a key; then it is known by that. */
  readonly number?: bigint;
}

/** How a group's inbox knows what it has handled: by the ids of events, or by one number a key. */
export type InboxKind = 'by-event' | 'by-key';

/** As the group's inbox knows it. An event without a number is known by its id. */
export function arrivalFor(
  kind: InboxKind,
  { group, delivery, event }: Pick<Arrival, 'group' | 'delivery' | 'event'>,
): Arrival {
  const number = kind === 'by-key' ? sequenceOf(event) : undefined;
  return { group, delivery, event, ...(number !== undefined && { number }) };
}

/** Where its order holds; undefined for an event without a key. */
export function placeOf({ group, delivery }: Arrival): KeyPlace | undefined {
  const { key, source: stream } = delivery;
  return key === null ? undefined : { group, stream, key: keyFor(key) };
}

/** Of an index entry, beside the group and the stream. */
const MAX_KEY_BYTES = 1024;

/** The key as the tables have it: one that no index takes is known by its beginning and its digest. */
export function keyFor(key: string): string {
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return textFor(key);
  return `${textFor(key.slice(0, 64))}… sha256 ${createHash('sha256').update(key).digest('hex')}`;
}
