import type { EventDefinition } from '@mesh/contracts';
import type { BreakerOptions, RetryOptions } from '@mesh/messaging/middleware';
import type { FailurePolicy } from '@mesh/outbox';
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
  /** Where a new group starts. @default 'start' where the transport has replay, else 'end' */
  readonly from?: 'start' | 'end';
  /**
   * Events of different keys handled at once, by this handler in this process; the subscription takes
   * the largest of its group. More is faster while handlers wait, and holds more connections of the
   * pool. @default 32
   */
  readonly concurrency?: number;
  /**
   * A further key, such as the SKU that orders compete for: events that share it are handled one at a
   * time in this process. Spares conflicts of rows and costs parallelism. @default none
   */
  readonly serializeBy?: (data: Data) => string;
  /** What is tried again, how often and for how long; see {@link RetryOptions}. Not with at-most-once. */
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
}

/** What the decorator leaves on a method. */
export interface EventHandlerMetadata {
  readonly definition: EventDefinition;
  readonly options: EventHandlerOptions;
}

type Method<Data, Guarantee> = Guarantee extends 'effectively-once'
  ? (event: ReceivedEvent<Data>, tx: never) => Promise<void>
  : (event: ReceivedEvent<Data>) => Promise<void>;

const metadataKey = Symbol('mesh:event-handler');

/**
 * Handles one type of event: `@EventHandler(OrderPlaced)` on a method `(event, tx) => Promise<void>`
 * of any provider or controller. Events of one key come one at a time and in order. A rejection
 * repeats the delivery after a pause; a {@link RejectedError}, or the last attempt, sends it to dead
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

export function eventHandlerMetadata(method: object): EventHandlerMetadata | undefined {
  return Reflect.getMetadata(metadataKey, method) as EventHandlerMetadata | undefined;
}
