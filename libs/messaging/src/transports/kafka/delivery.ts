import { fromKafka, type CloudEvent } from '@mesh/envelope';
import type { KafkaMessage } from 'kafkajs';
import type { DispatchableDelivery } from '../../dispatch/dispatcher.js';
import { deadLetterHeaders } from '../../dispatch/dead-letter-headers.js';
import type { DeadLetterReason } from '../../errors.js';
import { deadLetterDestination } from '../../transport.js';
import { ROUTING_KEY_HEADER, type KafkaRecord } from './record.js';

const EMPTY = new Uint8Array(0);

interface Place {
  readonly source: string;
  readonly group: string;
  readonly partition: number;
  readonly signal: AbortSignal;
}

/** A record of a topic, decoded when asked. */
export class KafkaDelivery implements DispatchableDelivery {
  readonly system = 'kafka';
  attempt = 1;
  readonly key: string | null;
  readonly #message: KafkaMessage;
  readonly #place: Place;
  #event: CloudEvent | undefined;

  constructor(message: KafkaMessage, place: Place) {
    this.#message = message;
    this.#place = place;
    this.key = message.key?.toString() ?? null;
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

  get headers(): NonNullable<KafkaMessage['headers']> {
    return this.#message.headers ?? {};
  }

  /** Empty for a tombstone. */
  get body(): Uint8Array {
    return this.#message.value ?? EMPTY;
  }

  get position(): string {
    return `${this.#place.partition}:${this.#message.offset}`;
  }

  get identity(): string {
    return this.position;
  }

  /** As published: the header, else the event's type. */
  get routingKey(): string | null {
    const text = this.headers[ROUTING_KEY_HEADER] ?? this.headers['ce_type'];
    return text === undefined || Array.isArray(text) ? null : text.toString();
  }

  event(): CloudEvent {
    this.#event ??= fromKafka({ headers: this.headers, value: this.#message.value });
    return this.#event;
  }

  /** The original key, headers and value, byte for byte, and why they are dead. */
  deadLetter(reason: DeadLetterReason, error: Error): KafkaRecord {
    return {
      topic: deadLetterDestination(this.source, this.group),
      key: this.#message.key,
      value: this.#message.value,
      headers: { ...this.headers, ...deadLetterHeaders(this, reason, error) },
    };
  }
}
