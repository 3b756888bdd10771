import type { Publisher } from '@mesh/messaging';
import type pg from 'pg';
import type { OutboxLog } from '../outbox-log.js';
import type { Backlog } from '../postgres/backlog.js';
import type { RelayOptions, StopOptions } from '../relay/relay-options.js';

/** What a relay mode may lack; a rule that needs it does not apply then, and the matrix says so by this name. */
export interface RelayFeatures {
  /** Replicas share the keys; without it one relays and the others stand by. */
  readonly sharing: boolean;
  /** What is appended stays in a table until it is removed. */
  readonly table: boolean;
}

/** The database of a service, as a mode finds it. `url` and the pool's may lead through a proxy. */
export interface RelayDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
}

/** A way to relay, over a real PostgreSQL: each mode gives one to the suite, and so does each mutant. */
export interface RelayUnderTest {
  /** For titles and the matrix. */
  readonly name: string;
  readonly features: RelayFeatures;
  /**
   * Makes what the mode needs exist in the database and opens it there, as a service does at its start.
   * Again on the same database: a replica of that service.
   */
  open(database: RelayDatabase): Promise<RelayStore>;
  /**
   * The module, as a path, that runs this mode in a process of its own by `run-relay-process.ts`; where it is
   * missing no rule lets one die.
   */
  readonly process?: string;
}

/** An outbox and the relays that read it. */
export interface RelayStore {
  /** What the outbox appends to. */
  readonly log: OutboxLog;
  /** Fulfilled when it relays, or stands by. Several may be started. */
  start(options: RelayStart): Promise<StartedRelay>;
  /** What keeps the table within about so many bytes when it is run from time to time; where there is one. */
  retention?(maxBytes: number): { run(): Promise<unknown>; bytes(): Promise<number> };
  /** Ends its connections; the pool is the suite's. Its relays are stopped before. */
  close(): Promise<void>;
}

/** How a relay under test is to work, and the publisher that it gets. */
export interface RelayStart extends Pick<
  RelayOptions,
  'batch' | 'hooks' | 'leaseMs' | 'pollMs' | 'retry' | 'unpublishable'
> {
  readonly publisher: Publisher;
}

/** A relay at work. */
export interface StartedRelay {
  /** As `Relay.backlog` tells it. */
  backlog(): Promise<Backlog>;
  /** As `Relay.stop` does it. */
  stop(options?: StopOptions): Promise<void>;
}
