import { fromAmqp, fromKafka, type CloudEvent } from '@mesh/envelope';
import type { Delivery } from './delivery.js';

const AMQP_HEADER = /^cloudEvents[_:]/;

/**
 * Reads the event of a message that was kept whole, by the binding whose headers it has: once more,
 * when it was kept because it could not be read.
 * @throws EnvelopeError naming the attribute and its value
 */
export function readEvent({ headers, body }: Pick<Delivery, 'headers' | 'body'>): CloudEvent {
  if (Object.keys(headers).some((name) => AMQP_HEADER.test(name))) {
    const contentType = headers['content-type'];
    return fromAmqp({ headers, properties: { contentType }, content: body });
  }
  return fromKafka({ headers, value: body.byteLength === 0 ? null : body });
}
