import { EnvelopeError, toAmqp } from '@mesh/envelope';
import type { Options } from 'amqplib';
import { PublishError } from '../../errors.js';
import { setHopHeaders } from '../../publish/hop-headers.js';
import type { Message } from '../../publisher.js';
import { delayed, MAX_DELAY_MS } from './delay-ladder.js';

/** Carries a key that the event does not say itself by its `partitionkey`. */
export const KEY_HEADER = 'mesh-key';
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
/** amqplib encodes headers into 64 KiB. */
const MAX_HEADER_BYTES = 60 * 1024;
/** AMQP counts them in one byte. */
const MAX_SHORT_STRING_BYTES = 255;
const MAX_EXPIRY_MS = 2 ** 32 - 1;

/** A message as it goes to the broker. */
export interface Outgoing {
  /** What must exist before: an exchange, a queue of dead letters, or the way through the ladder to either. */
  readonly target: {
    readonly kind: 'exchange' | 'dead letters' | 'delayed exchange' | 'delayed queue';
    readonly name: string;
  };
  /** That it is published to; empty for the default one, which reaches queues by their names. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
  /** Messages of one order are never unconfirmed together; null for none. */
  readonly order: string | null;
  readonly bytes: number;
}

/**
 * The event in binary mode. Bare W3C headers carry its trace on this hop.
 * @throws PublishError MESSAGE_TOO_LARGE, also for a name that AMQP has no room for, or PUBLISH_FAILED when it is no valid event
 */
export function outgoingOf(message: Message, index: number): Outgoing {
  const { destination, key, routingKey, event } = message;
  const { headers, properties, content } = encode(message, index);
  setHopHeaders(headers, event, message.hop);
  const { partitionkey } = event.extensions;
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
  const options = { ...properties, ...optionsOf(message, index), headers, persistent: true };
  const out = { routingKey: routedBy, content, options, bytes };
  const target = { kind: 'exchange', name: destination } as const;
  const { delayMs = 0 } = message;
  if (delayMs > 0) return delayed(out, { to: target, source: destination, delayMs });
  const order = key === null ? null : `${destination} ${key}`;
  return { ...out, target, exchange: destination, order };
}

/** AMQP counts priorities in one byte and times in whole milliseconds. */
function optionsOf(message: Message, index: number): Options.Publish {
  const { expiresAfterMs, priority, delayMs = 0 } = message;
  const limits = { expiresAfterMs: MAX_EXPIRY_MS, priority: 255, delayMs: MAX_DELAY_MS } as const;
  for (const [option, most] of Object.entries(limits)) {
    const given = message[option as keyof typeof limits];
    if (given === undefined || (given >= 0 && given <= most && isAsFine(option, given))) continue;
    throw unsendable(index, `its ${option} is ${given}; it can be 0 to ${most}`);
  }
  if (delayMs > 0 && expiresAfterMs !== undefined)
    throw unsendable(
      index,
      `it has both delayMs and expiresAfterMs; a queue that delays it would let it expire`,
    );
  return {
    ...(expiresAfterMs !== undefined && { expiration: String(Math.ceil(expiresAfterMs)) }),
    ...(priority !== undefined && { priority }),
  };
}

function isAsFine(option: string, given: number): boolean {
  return option !== 'priority' || Number.isInteger(given);
}

function unsendable(index: number, fault: string): PublishError {
  return new PublishError(`Message ${index}: ${fault}`, [index], { retryable: false });
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
