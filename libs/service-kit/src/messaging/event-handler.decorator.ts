import type { EventDefinition } from '@mesh/contracts';
import type { BreakerOptions, RetryOptions } from '@mesh/messaging/middleware';
import type { FailurePolicy, InboxKind } from '@mesh/outbox';
import type { ReceivedEvent } from './received-event.js';

/**
 * How often an event has its effect.
 * - `effectively-once`: inbox row and effect commit in one transaction, which the handler is given; a
 *   repeat has no effect. Only for effects that are made through that transaction: what the handler
 *   sends elsewhere may be sent again. Costs one statement an event, and a connection while the
 *   handler runs. Needs a database.
 * - `at-least-once`: acked after the handler; a crash or an error repeats it. For effects that are
 *   idempotent by themselves, such as a mail that its receiver knows by its id; no connection is held
 *   while somebody else takes his time.
 * - `at-most-once`: acked whatever happens; an error is logged and the event is gone. For what is
 *   worthless when it is late. Only for `ephemeral` groups, whose deliveries end with the process.
 */
export type DeliveryGuarantee = 'effectively-once' | 'at-least-once' | 'at-most-once';

/** How often an event has its effect on this handler, and what becomes of one that fails. */
export interface EventHandlerOptions<
  Guarantee extends DeliveryGuarantee = DeliveryGuarantee,
  Data = never,
> {
  /** @default 'effectively-once' */
  readonly delivery?: Guarantee;
  /** Handlers of one group share one subscription. @default the group of MessagingModule.register */
  readonly group?: string;
  /** Binding patterns on the routing key, joined over the handlers of the group. @default ['#'] */
  readonly filter?: readonly string[];
  /** Every replica gets every event, from now on. The group is then one of this process. @default false */
  readonly ephemeral?: boolean;
  /**
   * How the group knows what it has handled. `by-event`: by a row for each event, for as long as repeats are
   * to be expected. `by-key`: by one row a key with the number of its last event (CloudEvents `sequence`). An
   * event then waits while one before it in its key is missing, without using up attempts, and is parked as
   * a `gap` after `INBOX_GAP_TIMEOUT_MS`; other keys go on. The events that the group has no handler for cost a
   * statement each, or less where they come together. Needs to see every event of a key: a log stream, no
   * `filter`, all handlers of the group effectively once. All handlers of a group agree.
   * @default 'by-event'
   */
  readonly inbox?: InboxKind;
  /** Where a new group starts. @default 'start' where the transport has replay, else 'end' */
  readonly from?: 'start' | 'end';
  /**
   * Events of different keys handled at once, by this handler in this process; the subscription takes
   * the largest of its group. More is faster while handlers wait, and holds more connections of the
   * pool. @default 32
   */
  readonly concurrency?: number;
  /**
   * A further key, such as the gauge that jobs compete for: events that share it are handled one at a
   * time in this process. Spares conflicts of rows and costs parallelism. @default none
   */
  readonly serializeBy?: (data: Data) => string;
  /** What is tried again, how often and for how long; see {@link RetryOptions}. Not with at-most-once. @default those of {@link RetryOptions} */
  readonly retry?: RetryOptions;
  /**
   * Where a failed event waits for its next try. `memory`: later ones of its key wait behind it, in
   * order. `broker`: it is given back, so that nothing waits behind it and a restart forgets neither
   * pause nor attempts; the order within its key is given up, and a pause grows by up to an eighth and
   * a quarter of a second. `retry.attempts` limits it then, `retry.forMs` does not. All handlers of a
   * group agree. Needs a transport with `delay` (AMQP) and onFailure 'skip'; not with at-most-once.
   * @default 'memory'
   */
  readonly retryVia?: 'memory' | 'broker';
  /**
   * Milliseconds after which the handler fails, its signal is aborted and its transaction rolled back;
   * it is then tried again. Longer tolerates slow servers and holds a connection for longer.
   * @default 30000
   */
  readonly timeoutMs?: number;
  /**
   * Pauses the subscription while what the handler calls is down; see {@link BreakerOptions}. Without
   * it every event uses up its own attempts. The other handlers of its group and stream pause too.
   * Not with at-most-once. @default none
   */
  readonly breaker?: BreakerOptions;
  /**
   * What becomes of later events of the key when one is given up. `park-key` keeps the order: they wait
   * in the database until an operator redrives or discards. `skip` keeps going: for events that do not
   * build on each other. Not with at-most-once. @default 'park-key' with a database, else 'skip'
   */
  readonly onFailure?: FailurePolicy;
  /**
   * Lets the handler share its transaction with other events that are ready at once, up to these
   * bounds: they are claimed with one statement and committed together, and the handler is called for
   * one after the other. No event waits for others to come. When anything fails, all is rolled back and
   * each event is handled in a transaction of its own, so that the guilty one alone is tried again or
   * parked.
   *
   * For handlers that do nothing but SQL through their transaction: one that waits for somebody else
   * holds up the others of its batch, and locks are held until all are done. Handlers that lock rows
   * which events of several keys have in common should take them in one order over the whole batch, as
   * an {@link EventBatchHandler} can; else deadlocks send batches back to single events. Only effectively
   * once; not with `serializeBy` or `breaker`. @default a transaction an event
   */
  readonly batch?: true | BatchOptions;
}

/** Bounds of one transaction for several events; the smallest of a group and stream count. */
export interface BatchOptions {
  /** Events. More spare commits, hold locks for longer, and lose more work when one fails. @default 250 */
  readonly count?: number;
  /** Bytes of their bodies; one event may overstep it. @default 4 MiB */
  readonly bytes?: number;
}

/** What a handler of several events can have: its effects are those of one transaction. */
export type EventBatchHandlerOptions = Omit<
  EventHandlerOptions<'effectively-once'>,
  'delivery' | 'ephemeral' | 'serializeBy' | 'breaker'
>;

/** What the decorator leaves on a method. */
export interface EventHandlerMetadata {
  readonly definition: EventDefinition;
  readonly options: EventHandlerOptions;
  /** The method takes an array of events. */
  readonly takesMany?: true;
}

type Method<Data, Guarantee> = Guarantee extends 'effectively-once'
  ? (event: ReceivedEvent<Data>, tx: never) => Promise<void>
  : (event: ReceivedEvent<Data>) => Promise<void>;

const metadataKey = Symbol('mesh:event-handler');

/**
 * Handles one type of event: `@EventHandler(JobPlaced)` on a method `(event, tx) => Promise<void>`
 * of any provider or controller. Events of one key come one at a time and in order. A rejection
 * repeats the delivery after a pause; a `RejectedError`, or the last attempt, sends it to dead
 * letters.
 *
 * Guards, interceptors and pipes of Nest work; their context type is `event`. Guards and interceptors
 * also work when they are global, pipes on the method or its class: they get the event with the
 * metadata `data: 'event'` and the transaction with `data: 'transaction'`.
 */
export function EventHandler<Data, Guarantee extends DeliveryGuarantee = 'effectively-once'>(
  definition: EventDefinition<Data>,
  options: EventHandlerOptions<Guarantee, Data> = {},
) {
  return <M extends Method<Data, Guarantee>>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const metadata = { definition, options } as unknown as EventHandlerMetadata;
    Reflect.defineMetadata(metadataKey, metadata, descriptor.value as object);
  };
}

/**
 * Handles events of one type, as many as are ready at once: `@EventBatchHandler(JobPlaced)` on a
 * method `(events, tx) => Promise<void>`, so that it can do for all of them what costs a statement each.
 *
 * The events are new to the group, of several keys, and those of a key come in their order; also those
 * of several types, where a run of a type ends at the next type of a key. They are in one transaction
 * with their notes in the inbox, up to `batch`. When the method rejects, it is called for each event
 * alone, in a transaction of its own: the guilty one is tried again or parked, the others have their effect.
 *
 * The method runs in a trace of its own when it has several events: what it appends for one of them
 * names it as its `cause`, and goes on in its trace. Guards, interceptors and pipes of Nest are
 * given the array.
 */
export function EventBatchHandler<Data>(
  definition: EventDefinition<Data>,
  options: EventBatchHandlerOptions = {},
) {
  return <M extends (events: readonly ReceivedEvent<Data>[], tx: never) => Promise<void>>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const metadata = { definition, options: { batch: true, ...options }, takesMany: true };
    Reflect.defineMetadata(metadataKey, metadata, descriptor.value as object);
  };
}

/** What {@link EventHandler} or {@link EventBatchHandler} left on a method; undefined when neither did. */
export function eventHandlerMetadata(method: object): EventHandlerMetadata | undefined {
  return Reflect.getMetadata(metadataKey, method) as EventHandlerMetadata | undefined;
}
