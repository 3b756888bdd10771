import type { Stream } from '../event-definition.js';

/** A group of consumers of a stream. */
export interface Group {
  /** The name of the group; a family of groups begins with it. */
  readonly name: string;
  readonly stream: Stream;
  /** `one` for all replicas; `each-replica` one of its own (name and an id); `family` one for each of what config names. */
  readonly shared: 'one' | 'each-replica' | 'family';
  /** On a work stream: what is bound to its queue. A family's patterns depend on config. */
  readonly filter?: readonly string[];
}

/** What a service does with streams; what it needs to be let do at the brokers follows from it. */
export interface Participant {
  readonly service: string;
  readonly publishes: readonly Stream[];
  readonly groups: readonly Group[];
}
