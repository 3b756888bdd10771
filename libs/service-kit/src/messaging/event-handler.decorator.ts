import type { EventDefinition } from '@mesh/contracts';
import type { ReceivedEvent } from './received-event.js';

/**
 * How often an event has its effect.
 * - `effectively-once`: inbox row and effect commit in one transaction, which the handler is given; a
 *   repeat has no effect. Needs a database.
 * - `at-least-once`: acked after the handler; a crash or an error repeats it. For effects that are
 *   idempotent by themselves.
 * - `at-most-once`: an error is logged and the event is gone. Only for `ephemeral` groups, whose
 *   deliveries end with the process.
 */
export type DeliveryGuarantee = 'effectively-once' | 'at-least-once' | 'at-most-once';

export interface EventHandlerOptions<Guarantee extends DeliveryGuarantee = DeliveryGuarantee> {
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
  /** Events of different keys handled at once; the largest over the handlers of the group. @default 32 */
  readonly concurrency?: number;
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
 * repeats the delivery after a pause; a {@link RejectedError} sends it to dead letters. Guards, pipes
 * and interceptors of Nest work; their context type is `event`.
 */
export function EventHandler<Data, Guarantee extends DeliveryGuarantee = 'effectively-once'>(
  definition: EventDefinition<Data>,
  options: EventHandlerOptions<Guarantee> = {},
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
