import type { Publisher } from './publisher.js';
import type { Subscriber } from './subscriber.js';

/** What a transport can do; what it can't is false, and asking for it fails at boot by this name. */
export interface Features {
  /** Order by key within a group, also while redelivering. */
  readonly ordering: boolean;
  /** Members of a group share its deliveries. */
  readonly consumerGroups: boolean;
  /** Confirmed messages survive the broker's death. */
  readonly persistent: boolean;
  /** A new group can read from the start. */
  readonly replay: boolean;
  /** A message can be delivered later. */
  readonly delay: boolean;
}

/** One connection to one kind of broker. Opened by `kafkaTransport`, `amqpTransport` or `embeddedTransport`. */
export interface Transport extends Subscriber {
  readonly name: 'embedded' | 'kafka' | 'amqp';
  readonly features: Features;
  /** One publisher, opened at the first call and shared. */
  publisher(): Promise<Publisher>;
  /** Makes the destinations exist (topics, exchanges); idempotent, safe at once from several processes. */
  declare(destinations: readonly string[]): Promise<void>;
  /** Fulfilled when the broker answers. @throws TransportError */
  check(): Promise<void>;
  /** Closes subscriptions, then the publisher, then connections; in bounded time. Idempotent. */
  close(): Promise<void>;
}

/** The topic or stream where the dead letters of a group go; on AMQP it is the queue `<group>.dead-letters`. */
export function deadLetterDestination(source: string, group: string): string {
  return `${source}.${group}.dead-letters`;
}
