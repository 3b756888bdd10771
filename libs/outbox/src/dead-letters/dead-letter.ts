import type { CloudEvent } from '@mesh/envelope';
import { readEvent, type DeadLetterReason, type Delivery, type RawHeaders } from '@mesh/messaging';
import { restoreHeaders } from './stored-headers.js';

/** A dead letter as lists show it. */
export interface DeadLetter {
  /** Rises in the order of parking. */
  readonly id: string;
  readonly group: string;
  /** Kafka topic, AMQP exchange or embedded stream that it was read from. */
  readonly stream: string;
  readonly key: string | null;
  readonly eventSource: string;
  readonly eventId: string;
  /** Empty when the message could not be read and its headers name none. */
  readonly eventType: string;
  /** The message could not be read: source and id are what the record is known by. */
  readonly unread: boolean;
  /** Whether later events of its key are parked behind it. */
  readonly holdsKey: boolean;
  /** The dead letter that it was parked behind, without having failed itself; null for one that failed. */
  readonly behind: string | null;
  readonly reason: DeadLetterReason;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** The same for failures that differ only in ids and numbers. */
  readonly fingerprint: string;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
  readonly parkedAt: Date;
}

/** A dead letter with the message as it came. */
export interface WholeDeadLetter extends DeadLetter {
  readonly position: string;
  readonly routingKey: string | null;
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
  /** The CloudEvent without its data; null when the message could not be read. */
  readonly attributes: Omit<CloudEvent, 'data'> | null;
  readonly data: Uint8Array | null;
}

export const COLUMNS = `id, group_name as "group", stream, key, event_source as "eventSource", event_id as "eventId",
event_type as "eventType", attributes is null as unread, holds_key as "holdsKey", behind, reason, error_code as "errorCode",
error_message as "errorMessage", fingerprint, attempts, first_failed_at as "firstFailedAt",
last_failed_at as "lastFailedAt", parked_at as "parkedAt"`;

export const WHOLE_COLUMNS = `${COLUMNS}, position, routing_key as "routingKey", headers, body, attributes, data`;

export function wholeFrom(row: unknown): WholeDeadLetter {
  const whole = row as WholeDeadLetter;
  return { ...whole, headers: restoreHeaders(whole.headers) };
}

/** The delivery again, as it came: the same event with the same id. What could not be read is read again. */
export function deliveryOf(letter: WholeDeadLetter, signal: AbortSignal): Delivery {
  const { stream, group, key, routingKey, headers, body, position, attributes, data } = letter;
  return {
    ...{ source: stream, group, key, routingKey, headers, body, position, signal },
    attempt: letter.attempts + 1,
    event: () =>
      attributes === null ? readEvent({ headers, body }) : { ...attributes, data: data ?? body },
  };
}
