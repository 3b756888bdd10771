import type { CloudEvent } from '@mesh/envelope';

/** Header values as they came: bytes from Kafka, anything JSON can say from AMQP. */
export type RawHeaders = Readonly<Record<string, unknown>>;

/** One message handed to a consumer group, not acked until its handler's promise settles. */
export interface Delivery {
  /** Kafka topic, AMQP exchange or embedded stream that it was read from. */
  readonly source: string;
  readonly group: string;
  /** The order key, or null. */
  readonly key: string | null;
  readonly routingKey: string | null;
  /** The original bytes and headers, kept whole for dead letters. */
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
  /** Where in the source it stands, for people: `partition:offset`, a delivery tag, a log position. */
  readonly position: string;
  /** 1 the first time; counts redeliveries by this process, and by the broker where it tells. */
  readonly attempt: number;
  /** Aborted when the subscription closes or loses the delivery: the effect may then be repeated elsewhere. */
  readonly signal: AbortSignal;
  /**
   * The event, decoded by the transport's CloudEvents binding at the first call.
   * @throws EnvelopeError naming the attribute and its value
   */
  event(): CloudEvent;
}

/**
 * Handles one delivery. Fulfilled: acked. Rejected with a {@link RejectedError} (or an EnvelopeError):
 * goes to the dead letter channel with the reason, then acked. Rejected with anything else:
 * delivered again after a pause, while later deliveries of its key wait and other keys go on.
 */
export type DeliveryHandler = (delivery: Delivery) => Promise<void>;

/** Goes around a handler; one file each. */
export type Middleware = (next: DeliveryHandler) => DeliveryHandler;
