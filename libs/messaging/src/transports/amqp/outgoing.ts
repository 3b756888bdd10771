import { EnvelopeError, toAmqp } from '@mesh/envelope';
import type { Options } from 'amqplib';
import { PublishError } from '../../errors.js';
import type { Message } from '../../publisher.js';

/** Carries a key that the event does not say itself by its `partitionkey`. */
export const KEY_HEADER = 'mesh-key';
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
/** amqplib encodes headers into 64 KiB. */
const MAX_HEADER_BYTES = 60 * 1024;
/** AMQP counts them in one byte. */
const MAX_SHORT_STRING_BYTES = 255;

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
 * @throws PublishError MESSAGE_TOO_LARGE, also for a name that AMQP has no room for, or PUBLISH_FAILED when it is no valid event
 */
export function outgoingOf(message: Message, index: number): Outgoing {
  const { destination, key, routingKey, event } = message;
  const { headers, properties, content } = encode(message, index);
  const { traceparent, partitionkey } = event.extensions;
  if (typeof traceparent === 'string') headers['traceparent'] = traceparent;
  if (key !== null && key !== partitionkey) headers[KEY_HEADER] = key;
  const routedBy = routingKey ?? event.type;
  checkShort('routing key', routedBy, index);
  checkShort('exchange', destination, index);
  const headerBytes = sizeOfHeaders(headers);
  const bytes = headerBytes + content.byteLength;
  if (headerBytes > MAX_HEADER_BYTES || bytes > MAX_MESSAGE_BYTES) {
    const text = `Message ${index} has ${bytes} bytes, ${headerBytes} of them attributes; at most ${MAX_MESSAGE_BYTES} and ${MAX_HEADER_BYTES} can be sent`;
    throw new PublishError(text, [index], { code: 'MESSAGE_TOO_LARGE', retryable: false });
  }
  return {
    target: { kind: 'exchange', name: destination },
    routingKey: routedBy,
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

/** amqplib throws for a longer one, and nobody can send it later either. */
function checkShort(what: string, text: string, index: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_SHORT_STRING_BYTES) return;
  const fault = `its ${what} has ${bytes} bytes; AMQP takes at most ${MAX_SHORT_STRING_BYTES}`;
  const options = { code: 'MESSAGE_TOO_LARGE', retryable: false } as const;
  throw new PublishError(`Message ${index}: ${fault}`, [index], options);
}

function sizeOfHeaders(headers: Readonly<Record<string, unknown>>): number {
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    bytes += name.length + 6 + (typeof value === 'string' ? Buffer.byteLength(value) : 8);
  }
  return bytes;
}
