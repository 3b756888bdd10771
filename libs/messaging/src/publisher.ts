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
  /**
   * Milliseconds that it may wait for a consumer once it lies in a group's queue; then it becomes a
   * dead letter with the reason `expired`. Counts until it is handed over for the first time. Needs
   * the feature `expiry`. @default none: it waits until it is taken
   */
  readonly expiresAfterMs?: number;
  /**
   * Whole number from 0 to 255: of those that wait in a queue with priorities the higher ones are
   * handed over first, which gives the order within a key up; other queues take no notice. Each level
   * that a queue has costs the broker memory and time: a handful does. Needs the feature `priority`.
   * @default 0
   */
  readonly priority?: number;
  /**
   * Milliseconds until groups get it, rounded up to a quarter of a second and then by at most an
   * eighth, so that it passes few queues on its way (up to four, a write each); at most 24 hours. It
   * is not in order with others of its key, and can't also have `expiresAfterMs`. Needs the feature `delay`. @default 0: at once
   */
  readonly delayMs?: number;
  /** When it was written into an outbox: its span says how long it waited there. @default not known */
  readonly appendedAt?: Date;
  /** The traceparent of the span that hands it to the broker. @default that of the event */
  readonly hop?: string;
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
   * @throws UnsupportedFeatureError when a message needs a feature that the transport lacks; none of the call is sent then.
   */
  publish(messages: readonly Message[]): Promise<void>;
  /** Ends in bounded time: flushes what was accepted, rejects what can't be confirmed. Idempotent. */
  close(): Promise<void>;
}
