import { createHash, randomUUID } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Delivery } from '@mesh/messaging';
import type { Arrival } from './arrival.js';
import { storeHeaders } from './stored-headers.js';

const TYPE_HEADERS = ['ce_type', 'cloudEvents_type', 'cloudEvents:type'];
/** Set by RabbitMQ, and another at each delivery. */
const OF_THE_BROKER = /^x-/;
const MAX_TYPE_CHARACTERS = 255;

/**
 * The arrival of a message that is no event that could be read. It is known by its bytes and by its
 * place at the broker, so that the same message is recorded once, and two of the same bytes twice.
 * Where the broker has no such place (AMQP), see {@link isRepeatOfUnread}.
 */
export function unreadArrival(group: string, delivery: Delivery): Arrival {
  return {
    group,
    delivery,
    unread: true,
    event: {
      specversion: '1.0',
      id: `${digestOf(delivery)} ${delivery.identity ?? randomUUID()}`,
      source: `urn:mesh:unread:${delivery.source}`,
      type: typeOf(delivery),
      extensions: {},
    } as unknown as Arrival['event'],
  };
}

/**
 * What a message that has no place at its broker is known by when it is delivered again: then a
 * record of the same bytes is taken for its own. Undefined for a first delivery.
 */
export function isRepeatOfUnread({ unread, delivery, event }: Arrival): string | undefined {
  if (unread === undefined || delivery.identity !== undefined || delivery.attempt === 1)
    return undefined;
  return event.id.slice(0, event.id.indexOf(' '));
}

function digestOf({ key, headers, body }: Delivery): string {
  const lasting = Object.entries(headers).filter(([name]) => !OF_THE_BROKER.test(name));
  return createHash('sha256')
    .update(JSON.stringify([key, storeHeaders(Object.fromEntries(lasting))]))
    .update(body)
    .digest('hex')
    .slice(0, 32);
}

/** What its headers say, as far as they can be read; else nothing. */
function typeOf({ headers }: Delivery): string {
  const value = TYPE_HEADERS.map((name) => headers[name]).find((given) => given !== undefined);
  const text = value instanceof Uint8Array && isUtf8(value) ? Buffer.from(value).toString() : value;
  return typeof text === 'string' && !/\p{Cc}/u.test(text)
    ? text.slice(0, MAX_TYPE_CHARACTERS)
    : '';
}
