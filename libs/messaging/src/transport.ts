import type { GroupPlace, PartitionLag } from './group-position.js';
import type { Publisher } from './publisher.js';
import type { DeadLetterHandler } from './delivery.js';
import type { Replays } from './replays.js';
import type { SubscribeOptions, Subscriber, Subscription } from './subscriber.js';

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
  /** A message can be delivered later (`delayMs`), and a failed delivery can wait in the broker. */
  readonly delay: boolean;
  /** A message can be handed over before others (`priority`). */
  readonly priority: boolean;
  /** A message that waits too long becomes a dead letter (`expiresAfterMs`). */
  readonly expiry: boolean;
}

/** One connection to one kind of broker. Opened by `kafkaTransport`, `amqpTransport` or `embeddedTransport`. */
export interface Transport extends Subscriber {
  readonly name: 'embedded' | 'kafka' | 'amqp';
  readonly features: Features;
  /** One publisher, opened at the first call and shared. */
  publisher(): Promise<Publisher>;
  /**
   * Hands over what lies in a group's dead letter channel, and acks what the handler takes: also what
   * the broker put there by itself, such as what expired. Only where a broker does so (AMQP).
   */
  collectDeadLetters?(
    of: Pick<SubscribeOptions, 'source' | 'group'>,
    handler: DeadLetterHandler,
  ): Promise<Subscription>;
  /** Makes the destinations exist (topics, exchanges); idempotent, safe at once from several processes. */
  declare(destinations: readonly string[]): Promise<void>;
  /** Whether the broker takes no messages for now, being short of memory or disk; absent where it does not tell. */
  readonly blocked?: boolean;
  /** Fulfilled when the broker answers. @throws TransportError */
  check(): Promise<void>;
  /**
   * How far a group is behind, asked of the broker: right also when nobody consumes. Absent where
   * the transport can't tell. @throws TransportError
   */
  lag?(place: GroupPlace): Promise<readonly PartitionLag[]>;
  /** How groups go back; absent where they can't. */
  readonly replays?: Replays;
  /** Closes subscriptions, then the publisher, then connections; in bounded time. Idempotent. */
  close(): Promise<void>;
}

/** The topic or stream where the dead letters of a group go; on AMQP it is the queue `<group>.dead-letters`. */
export function deadLetterDestination(source: string, group: string): string {
  return `${source}.${group}.dead-letters`;
}
