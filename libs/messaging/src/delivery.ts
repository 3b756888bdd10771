import type { CloudEvent } from '@mesh/envelope';
import type { DeadLetterReason } from './errors.js';
import type { MessagingSystem } from './publish/send-spans.js';

/** Header values as they came: bytes from Kafka, anything JSON can say from AMQP. */
export type RawHeaders = Readonly<Record<string, unknown>>;

/** One message handed to a consumer group, not acked until its handler's promise settles. */
export interface Delivery {
  /** Kafka topic, AMQP exchange or embedded stream that it was read from. */
  readonly source: string;
  readonly group: string;
  /** As spans name the broker, such as `kafka`; absent in tests. */
  readonly system?: MessagingSystem;
  /** The order key, or null. */
  readonly key: string | null;
  readonly routingKey: string | null;
  /**
   * The original headers and bytes, kept whole for dead letters. `content-type` and `content-encoding`
   * are among the headers, wherever the broker has them.
   */
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
  /** Where in the source it stands, for people: `partition:offset`, a delivery tag, a log position. */
  readonly position: string;
  /** The same at every delivery of this message, and of no other in its source; absent on AMQP, which has none. */
  readonly identity?: string;
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
export interface DeliveryHandler {
  (delivery: Delivery): Promise<void>;
  /** How several are handled in one go; without it, each is handled alone. */
  readonly batches?: DeliveryBatches;
}

/**
 * Handles several deliveries in one go, such as in one transaction. A batch is what is there while the
 * last one is under way: no delivery waits for others to come, and one that is there alone is handed
 * to the {@link DeliveryHandler}, as is what a batch did not do.
 */
export interface DeliveryBatches {
  /** The most deliveries of a batch. More spare transactions, and lose more work when one fails. */
  readonly maxCount: number;
  /** The most bytes of bodies of a batch; one delivery may overstep it. */
  readonly maxBytes: number;
  /** Batches under way at once, of different keys. */
  readonly atOnce: number;
  /** Whether the delivery may be in a batch; cheap, never throws, may be asked several times. */
  takes(delivery: Delivery): boolean;
  /**
   * Handles deliveries of several keys, those of one key in their order, and tells of each whether it
   * is done: it is acked then. Of one key, what is done stands before what is not. Rejected, none is
   * done. What is not done is handed over alone, which is its first attempt.
   */
  handle(deliveries: readonly Delivery[]): Promise<readonly boolean[]>;
}

/** Why the broker, or somebody who gave up, put a message into a dead letter channel. */
export interface Death {
  readonly reason: DeadLetterReason;
  /** As far as the channel tells. */
  readonly attempts: number;
  readonly message: string;
}

/** Takes one dead letter out of its channel: fulfilled, it is gone there; rejected, it is tried again. */
export type DeadLetterHandler = (delivery: Delivery, death: Death) => Promise<void>;

/** Goes around a handler; one file each. */
export type Middleware = (next: DeliveryHandler) => DeliveryHandler;
