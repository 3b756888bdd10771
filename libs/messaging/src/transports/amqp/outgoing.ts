import { EnvelopeError, toAmqp } from '@mesh/envelope';
import type { Options } from 'amqplib';
import { PublishError } from '../../errors.js';
import type { Message } from '../../publisher.js';

/** Carries a key that the event does not say itself by its `partitionkey`. */
export const KEY_HEADER = 'mesh-key';
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
/** amqplib encodes headers into 64 KiB. */
const MAX_HEADER_BYTES = 60 * 1024;

/** A message as it goes to the broker. */
export interface Outgoing {
  /** A topic exchange, or a queue reached through the default exchange. */
  readonly target: { readonly kind: 'exchange' | 'queue'; readonly name: string };
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
  /** Messages of one order are never unconfirmed together; null for none. */
  readonly order: string | null;
  readonly bytes: number;
}

/**
 * The event in binary mode. The bare `traceparent` header continues the event's trace on this hop.
 * @throws PublishError MESSAGE_TOO_LARGE, or PUBLISH_FAILED when it is no valid event
 */
export function outgoingOf(message: Message, index: number): Outgoing {
  const { destination, key, routingKey, event } = message;
  const { headers, properties, content } = encode(message, index);
  const { traceparent, partitionkey } = event.extensions;
  if (typeof traceparent === 'string') headers['traceparent'] = traceparent;
  if (key !== null && key !== partitionkey) headers[KEY_HEADER] = key;
  const headerBytes = sizeOfHeaders(headers);
  const bytes = headerBytes + content.byteLength;
  if (headerBytes > MAX_HEADER_BYTES || bytes > MAX_MESSAGE_BYTES) {
    const text = `Message ${index} has ${bytes} bytes, ${headerBytes} of them attributes; at most ${MAX_MESSAGE_BYTES} and ${MAX_HEADER_BYTES} can be sent`;
    throw new PublishError(text, [index], { code: 'MESSAGE_TOO_LARGE', retryable: false });
  }
  return {
    target: { kind: 'exchange', name: destination },
    routingKey: routingKey ?? event.type,
    content,
    options: { ...properties, headers, persistent: true },
    order: key === null ? null : `${destination} ${key}`,
    bytes,
  };
}

function encode(message: Message, index: number): ReturnType<typeof toAmqp> {
  try {
    return toAmqp(message.event);
  } catch (cause) {
    if (!(cause instanceof EnvelopeError)) throw cause;
    const code = cause.code === 'TOO_LARGE' ? 'MESSAGE_TOO_LARGE' : 'PUBLISH_FAILED';
    throw new PublishError(`Message ${index}: ${cause.message}`, [index], {
      code,
      retryable: false,
      cause,
    });
  }
}

function sizeOfHeaders(headers: Readonly<Record<string, unknown>>): number {
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    bytes += name.length + 6 + (typeof value === 'string' ? Buffer.byteLength(value) : 8);
  }
  return bytes;
}
