import type { CloudEvent } from '@mesh/envelope';

/** An event on its way out. */
export interface Message {
  /** Kafka topic, AMQP exchange or embedded stream. */
  readonly destination: string;
  /** Events of one key stay in the order in which they were published; null for no order. */
  readonly key: string | null;
  /** What an AMQP binding, or a subscription's `filter`, is matched against. @default the event's type */
  readonly routingKey?: string;
  readonly event: CloudEvent;
}

/**
 * Hands messages to a broker. Safe for concurrent use. Messages of one key are delivered in the
 * order of their `publish` calls and, within one call, of the array: two unconfirmed batches never
 * share a key.
 */
export interface Publisher {
  /**
   * Resolves when the broker has confirmed every message. Waits (backpressure) while the bounded
   * window of unconfirmed messages is full.
   * @throws PublishError naming the messages that are not confirmed; those may still arrive later.
   */
  publish(messages: readonly Message[]): Promise<void>;
  /** Ends in bounded time: flushes what was accepted, rejects what can't be confirmed. Idempotent. */
  close(): Promise<void>;
}
