import { fromAmqp, type CloudEvent } from '@mesh/envelope';
import type { ConsumeMessage } from 'amqplib';
import type { DispatchableDelivery } from '../../dispatch/dispatcher.js';
import { deadLetterHeaders } from '../../dispatch/dead-letter-headers.js';
import type { DeadLetterReason } from '../../errors.js';
import { KEY_HEADER, type Outgoing } from './outgoing.js';
import { deadLetterQueue } from './topology.js';

interface Place {
  readonly source: string;
  readonly group: string;
  readonly signal: AbortSignal;
}

/** A message of a queue, decoded when asked. */
export class AmqpDelivery implements DispatchableDelivery {
  attempt: number;
  readonly key: string | null;
  readonly #message: ConsumeMessage;
  readonly #place: Place;
  #event: CloudEvent | undefined;

  constructor(message: ConsumeMessage, place: Place) {
    this.#message = message;
    this.#place = place;
    const redelivered = this.headers['x-delivery-count'];
    this.attempt = 1 + (typeof redelivered === 'number' ? redelivered : 0);
    this.key = this.#keyOf();
  }

  get source(): string {
    return this.#place.source;
  }

  get group(): string {
    return this.#place.group;
  }

  get signal(): AbortSignal {
    return this.#place.signal;
  }

  get headers(): Readonly<Record<string, unknown>> {
    return this.#message.properties.headers ?? {};
  }

  get body(): Uint8Array {
    return this.#message.content;
  }

  get position(): string {
    return `delivery tag ${this.#message.fields.deliveryTag}`;
  }

  get routingKey(): string {
    return this.#message.fields.routingKey;
  }

  event(): CloudEvent {
    this.#event ??= fromAmqp({
      headers: this.headers,
      properties: { contentType: this.#message.properties.contentType as unknown },
      content: this.#message.content,
    });
    return this.#event;
  }

  /** The original message, byte for byte, and why it is dead. */
  deadLetter(reason: DeadLetterReason, error: Error): Outgoing {
    const { properties, content } = this.#message;
    const queue = deadLetterQueue(this.group);
    return {
      target: { kind: 'queue', name: queue },
      routingKey: queue,
      content,
      options: {
        contentType: properties.contentType as string | undefined,
        contentEncoding: properties.contentEncoding as string | undefined,
        messageId: properties.messageId as string | undefined,
        type: properties.type as string | undefined,
        timestamp: properties.timestamp as number | undefined,
        headers: { ...this.headers, ...deadLetterHeaders(this, reason, error) },
        persistent: true,
      },
      order: this.key === null ? null : `${queue} ${this.key}`,
      bytes: content.byteLength,
    };
  }

  /** AMQP has no message key: it is in a header or, in structured mode, in the event. */
  #keyOf(): string | null {
    const { headers } = this;
    const key =
      headers[KEY_HEADER] ??
      headers['cloudEvents_partitionkey'] ??
      headers['cloudEvents:partitionkey'] ??
      this.#keyInBody();
    return typeof key === 'string' ? key : null;
  }

  #keyInBody(): unknown {
    const contentType: unknown = this.#message.properties.contentType;
    if (typeof contentType !== 'string' || !contentType.startsWith('application/cloudevents'))
      return null;
    try {
      return this.event().extensions['partitionkey'];
    } catch {
      // The handler is told when it asks for the event; until then there is no order to keep.
      return null;
    }
  }
}
