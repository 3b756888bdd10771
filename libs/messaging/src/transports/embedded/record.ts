import { EnvelopeError, toKafka } from '@mesh/envelope';
import type { LogEntry } from '@mesh/pg-log';
import { PublishError } from '../../errors.js';
import { setHopHeaders } from '../../publish/hop-headers.js';
import type { Message } from '../../publisher.js';

/** Of an entry with its headers; as much as a Kafka topic of the mesh takes, so that no profile takes more. */
export const MAX_ENTRY_BYTES = 2 * 1024 * 1024;

/** Set when the event carries no data at all; a log entry's body is never null. */
export const NO_DATA_HEADER = 'mesh-no-data';

const EMPTY = new Uint8Array(0);

/**
 * The event in binary mode, with headers as on Kafka. Bare W3C headers carry its trace on this hop.
 * @throws PublishError MESSAGE_TOO_LARGE, or PUBLISH_FAILED when it is no valid event
 */
export function entryOf(message: Message, index: number): LogEntry {
  const { event, key, destination } = message;
  const { headers, value } = encode(message, index);
  setHopHeaders(headers, event, message.hop);
  if (value === null) headers[NO_DATA_HEADER] = 'true';
  const routingKey = message.routingKey ?? event.type;
  const entry = { stream: destination, key, routingKey, headers, body: value ?? EMPTY };
  if ([destination, key, routingKey].some((text) => text?.includes('\0'))) {
    throw new PublishError(
      `Message ${index}: destination, key and routing key can't hold a NUL character in the embedded log`,
      [index],
      { retryable: false },
    );
  }
  const bytes = sizeOf(entry);
  if (bytes > MAX_ENTRY_BYTES) {
    throw new PublishError(
      `Message ${index} has ${bytes} bytes, the embedded log takes at most ${MAX_ENTRY_BYTES}`,
      [index],
      { code: 'MESSAGE_TOO_LARGE', retryable: false },
    );
  }
  return entry;
}

/** About what the entry takes in memory and on the wire. */
export function sizeOf({ key, headers, body }: LogEntry): number {
  let bytes = 64 + body.byteLength + (key?.length ?? 0);
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function encode(message: Message, index: number): ReturnType<typeof toKafka> {
  try {
    return toKafka(message.event);
  } catch (cause) {
    if (!(cause instanceof EnvelopeError)) throw cause;
    throw new PublishError(`Message ${index}: ${cause.message}`, [index], {
      code: cause.code === 'TOO_LARGE' ? 'MESSAGE_TOO_LARGE' : 'PUBLISH_FAILED',
      retryable: false,
      cause,
    });
  }
}
