import { EnvelopeError, toKafka } from '@mesh/envelope';
import type { IHeaders } from 'kafkajs';
import { PublishError } from '../../errors.js';
import { setHopHeaders } from '../../publish/hop-headers.js';
import type { Message } from '../../publisher.js';
import { MAX_TOPIC_MESSAGE_BYTES } from './options.js';

/** Says which routing key an event was published with, when it is not its type. */
export const ROUTING_KEY_HEADER = 'mesh-routing-key';

/** A message as it goes to a topic. */
export interface KafkaRecord {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/**
 * The event in binary mode. Bare W3C headers carry its trace on this hop.
 * @throws PublishError MESSAGE_TOO_LARGE, or PUBLISH_FAILED when it is no valid event
 */
export function recordOf(message: Message, index: number): KafkaRecord {
  const { event, key, routingKey, destination } = message;
  const { headers, value } = encode(message, index);
  setHopHeaders(headers, event, message.hop);
  if (routingKey !== undefined && routingKey !== event.type)
    headers[ROUTING_KEY_HEADER] = routingKey;
  const record = {
    topic: destination,
    key,
    headers,
    value: value === null ? null : asBuffer(value),
  };
  const bytes = sizeOf(record);
  if (bytes > MAX_TOPIC_MESSAGE_BYTES) {
    const text = `Message ${index} has ${bytes} bytes, a topic takes at most ${MAX_TOPIC_MESSAGE_BYTES}`;
    throw new PublishError(text, [index], { code: 'MESSAGE_TOO_LARGE', retryable: false });
  }
  return record;
}

function encode(message: Message, index: number): ReturnType<typeof toKafka> {
  try {
    return toKafka(message.event);
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

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** About what the record takes in a batch. */
export function sizeOf({ key, value, headers }: KafkaRecord): number {
  let bytes = 32 + (value?.byteLength ?? 0) + (key === null ? 0 : key.length);
  for (const name in headers) bytes += name.length + 4 + (headers[name]?.length ?? 0);
  return bytes;
}
