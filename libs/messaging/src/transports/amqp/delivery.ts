import { fromAmqp, type CloudEvent } from '@mesh/envelope';
import type { ConsumeMessage } from 'amqplib';
import type { DispatchableDelivery } from '../../dispatch/dispatcher.js';
import { deadLetterHeaders } from '../../dispatch/dead-letter-headers.js';
import type { DeadLetterReason } from '../../errors.js';
import { deadLetterQueue } from './declaration.js';
import { delayed, isLadderHeader } from './delay-ladder.js';
import { KEY_HEADER, type Outgoing } from './outgoing.js';

/** Attempts before this copy of the message. */
export const ATTEMPTS_HEADER = 'mesh-attempts';

interface Place {
  readonly source: string;
  readonly group: string;
  readonly queue: string;
  readonly signal: AbortSignal;
}

/** A message of a queue, decoded when asked. */
export class AmqpDelivery implements DispatchableDelivery {
  readonly system = 'rabbitmq';
  attempt: number;
  readonly key: string | null;
  readonly #message: ConsumeMessage;
  readonly #place: Place;
  #event: CloudEvent | undefined;

  constructor(message: ConsumeMessage, place: Place) {
    this.#message = message;
    this.#place = place;
    this.attempt =
      1 + countIn(this.#headers, ATTEMPTS_HEADER) + countIn(this.#headers, 'x-delivery-count');
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
    const contentType: unknown = this.#message.properties.contentType;
    const contentEncoding: unknown = this.#message.properties.contentEncoding;
    return {
      ...this.#headers,
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    };
  }

  get #headers(): Readonly<Record<string, unknown>> {
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
      headers: this.#headers,
      properties: { contentType: this.#message.properties.contentType as unknown },
      content: this.#message.content,
    });
    return this.#event;
  }

  /** The original message, byte for byte, and why it is dead. */
  deadLetter(reason: DeadLetterReason, error: Error): Outgoing {
    const queue = deadLetterQueue(this.group);
    return {
      ...this.#copy({ ...this.#headers, ...deadLetterHeaders(this, reason, error) }),
      target: { kind: 'dead letters', name: queue },
      exchange: '',
      routingKey: queue,
      order: this.key === null ? null : `${queue} ${this.key}`,
    };
  }

  /** The message as it waits in the broker for its next attempt, which is this one's `attempt`. */
  again(delayMs: number): Outgoing {
    const kept = Object.entries(this.#headers).filter(
      ([name]) => !isBrokerHeader(name) && !isLadderHeader(name),
    );
    const headers = { ...Object.fromEntries(kept), [ATTEMPTS_HEADER]: this.attempt - 1 };
    const { source, queue } = this.#place;
    return delayed(this.#copy(headers), { to: { kind: 'queue', name: queue }, source, delayMs });
  }

  #copy(headers: Readonly<Record<string, unknown>>) {
    const { properties, content, fields } = this.#message;
    return {
      routingKey: fields.routingKey,
      content,
      options: {
        contentType: properties.contentType as string | undefined,
        contentEncoding: properties.contentEncoding as string | undefined,
        messageId: properties.messageId as string | undefined,
        type: properties.type as string | undefined,
        timestamp: properties.timestamp as number | undefined,
        priority: properties.priority as number | undefined,
        headers,
        persistent: true,
      },
      bytes: content.byteLength,
    };
  }

  /** AMQP has no message key: it is in a header or, in structured mode, in the event. */
  #keyOf(): string | null {
    const headers = this.#headers;
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

/**
 * What the broker tells of a message's past. A copy has none: with it the broker would take its next
 * way down the ladder for a loop, and drop it.
 */
function isBrokerHeader(name: string): boolean {
  return /^x-(death|first-death-.*|last-death-.*|delivery-count|acquired-count)$/.test(name);
}

function countIn(headers: Readonly<Record<string, unknown>>, name: string): number {
  const count = headers[name];
  return typeof count === 'number' ? count : 0;
}
