import type { EventDefinition } from '@mesh/contracts';
import type { Features, SubscribeOptions, Transport } from '@mesh/messaging';
import type { FailurePolicy, InboxKind } from '@mesh/outbox';
import type {
  BatchOptions,
  DeliveryGuarantee,
  EventHandlerOptions,
} from './event-handler.decorator.js';
import type { ReceivedEvent } from './received-event.js';

/** An `@EventHandler` method, ready to be called. */
export interface FoundHandler {
  /** `Class.method`, for people. */
  readonly name: string;
  readonly definition: EventDefinition;
  readonly options: EventHandlerOptions;
  /** It is given an array of events. */
  readonly takesMany?: true;
  handle(
    events: ReceivedEvent<unknown> | readonly ReceivedEvent<unknown>[],
    tx?: unknown,
  ): Promise<void>;
}

export interface PlannedHandler {
  readonly name: string;
  readonly delivery: DeliveryGuarantee;
  readonly onFailure: FailurePolicy;
  readonly options: Pick<
    EventHandlerOptions,
    'retry' | 'timeoutMs' | 'breaker' | 'concurrency' | 'serializeBy'
  >;
  /** Its events may share a transaction; absent when each has its own. */
  readonly batch?: Required<BatchOptions>;
  readonly takesMany?: true;
  readonly handle: FoundHandler['handle'];
}

const defaultBatch = { count: 250, bytes: 4 * 1024 * 1024 };
/** Deliveries, of a subscription that says nothing. */
const defaultWindow = 256;
/** Batches that the window of a subscription has room for: the next one is there when one ends. */
const batchesAhead = 2;

/** One subscription: the handlers of one group on one stream. */
export interface PlannedSubscription {
  /** The group that handlers name: that of the inbox and of metrics. */
  readonly group: string;
  readonly stream: EventDefinition['stream'];
  readonly subscribe: SubscribeOptions;
  readonly inbox: InboxKind;
  readonly handlers: ReadonlyMap<string, PlannedHandler>;
}

export interface PlanOptions {
  /** The group of handlers that name none. */
  readonly group: string;
  readonly hasDatabase: boolean;
}

/** A wiring mistake, found before anything is subscribed. */
export class HandlerError extends Error {
  readonly code = 'EVENT_HANDLERS_INVALID';

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * The subscriptions that the handlers need: one for each stream and group.
 * @throws HandlerError for two handlers of an event in a group, for guarantees that can't be given,
 * and for options that contradict each other within a group
 */
export function planSubscriptions(
  found: readonly FoundHandler[],
  options: PlanOptions,
): PlannedSubscription[] {
  const groups = Map.groupBy(found, (handler) =>
    JSON.stringify([handler.definition.stream.name, handler.options.group ?? options.group]),
  );
  return [...groups.values()].map((handlers) => planGroup(handlers, options));
}

function planGroup(handlers: readonly FoundHandler[], options: PlanOptions): PlannedSubscription {
  const [first] = handlers as [FoundHandler];
  const group = first.options.group ?? options.group;
  const { stream } = first.definition;
  const ephemeral = same(handlers, 'ephemeral') ?? false;
  const from = same(handlers, 'from');
  const via = same(handlers, 'retryVia');
  const planned = byType(handlers, group, options);
  const concurrency = handlers.flatMap((handler) => handler.options.concurrency ?? []);
  return {
    group,
    stream,
    subscribe: {
      source: stream.name,
      group,
      ...filterOf(handlers),
      ...(ephemeral && { ephemeral }),
      ...(from !== undefined && { from }),
      ...(via !== undefined && { redelivery: { via } }),
      ...(concurrency.length > 0 && { concurrency: Math.max(...concurrency) }),
      ...windowOf(planned),
    },
    inbox: inboxOf(handlers, planned),
    handlers: planned,
  };
}

/** @throws HandlerError when the group is not given every event of a key, or has effects without an inbox */
function inboxOf(
  handlers: readonly FoundHandler[],
  planned: PlannedSubscription['handlers'],
): InboxKind {
  const [first] = handlers as [FoundHandler];
  if (same(handlers, 'inbox') !== 'by-key') return 'by-event';
  const { name, kind } = first.definition.stream;
  const filtered = handlers.find(({ options }) => options.filter !== undefined);
  const other = [...planned.values()].find(({ delivery }) => delivery !== 'effectively-once');
  const reason =
    kind !== 'log'
      ? `"${name}" is a ${kind} stream, which keeps no order`
      : filtered !== undefined && filterOf(handlers).filter !== undefined
        ? `the filter of ${filtered.name} leaves some out`
        : same(handlers, 'retryVia') === 'broker'
          ? `retryVia: 'broker' gives up their order`
          : undefined;
  if (reason !== undefined) {
    throw new HandlerError(
      `${first.name} can't have inbox: 'by-key', which needs every event of a key in order: ${reason}; choose 'by-event'`,
    );
  }
  if (other !== undefined) {
    throw new HandlerError(
      `${other.name} can't be ${other.delivery} in a group with inbox: 'by-key': its events would be repeated and their numbers not; choose 'effectively-once' or 'by-event'`,
    );
  }
  return 'by-key';
}

/** A handler without a filter wants everything. */
function filterOf(handlers: readonly FoundHandler[]): Pick<SubscribeOptions, 'filter'> {
  if (handlers.some(({ options }) => options.filter === undefined)) return {};
  return { filter: [...new Set(handlers.flatMap(({ options }) => options.filter ?? []))] };
}

/** Larger than by itself where batches are. */
function windowOf(handlers: PlannedSubscription['handlers']): Pick<SubscribeOptions, 'window'> {
  const counts = [...handlers.values()].flatMap(({ batch }) => batch?.count ?? []);
  const count = Math.min(...counts) * batchesAhead;
  return counts.length > 0 && count > defaultWindow ? { window: { count } } : {};
}

function byType(
  handlers: readonly FoundHandler[],
  group: string,
  options: PlanOptions,
): ReadonlyMap<string, PlannedHandler> {
  const map = new Map<string, PlannedHandler>();
  for (const handler of handlers) {
    const { type } = handler.definition;
    const other = map.get(type);
    if (other !== undefined) {
      throw new HandlerError(
        `${other.name} and ${handler.name} both handle ${type} in the group "${group}"; give one of them a group of its own`,
      );
    }
    const delivery = guarantee(handler, options);
    const onFailure = failurePolicy(handler, options);
    const batch = batchOf(handler, delivery);
    map.set(type, {
      ...{ name: handler.name, delivery, onFailure },
      ...{ options: handler.options, handle: handler.handle },
      ...(batch && { batch }),
      ...(handler.takesMany && { takesMany: true }),
    });
  }
  return map;
}

function guarantee(handler: FoundHandler, { hasDatabase }: PlanOptions): DeliveryGuarantee {
  const { delivery = 'effectively-once', ephemeral = false } = handler.options;
  if (delivery === 'effectively-once' && !hasDatabase) {
    throw new HandlerError(
      `${handler.name} can't be effectively once without a database; register DatabaseModule, or choose another delivery`,
    );
  }
  if (delivery === 'effectively-once' && ephemeral) {
    throw new HandlerError(
      `${handler.name} can't be effectively once in an ephemeral group; choose at-least-once or at-most-once`,
    );
  }
  if (delivery === 'at-most-once' && !ephemeral) {
    throw new HandlerError(
      `${handler.name} can't be at most once in a group that outlives the process; make it ephemeral`,
    );
  }
  return delivery;
}

function batchOf(
  { name, options: { batch, serializeBy, breaker } }: FoundHandler,
  delivery: DeliveryGuarantee,
): Required<BatchOptions> | undefined {
  if (batch === undefined) return undefined;
  if (delivery !== 'effectively-once') {
    throw new HandlerError(
      `${name} can't be in a batch with delivery: '${delivery}': what a batch shares is the transaction of effectively-once`,
    );
  }
  const [other] =
    Object.entries({ serializeBy, breaker }).find(([, set]) => set !== undefined) ?? [];
  if (other !== undefined) {
    throw new HandlerError(
      `${name} can't have both "batch" and "${other}": a batch does nothing but SQL in one transaction`,
    );
  }
  return { ...defaultBatch, ...(batch === true ? {} : batch) };
}

function failurePolicy(
  { name, options }: FoundHandler,
  { hasDatabase }: PlanOptions,
): FailurePolicy {
  const { delivery, onFailure, retry, retryVia, breaker } = options;
  const [useless] = Object.entries({ onFailure, retry, retryVia, breaker }).flatMap(
    ([option, value]) => (value === undefined ? [] : [option]),
  );
  if (delivery === 'at-most-once' && useless !== undefined) {
    throw new HandlerError(
      `${name} can't have "${useless}": an event that fails at most once is gone`,
    );
  }
  if (onFailure === 'park-key' && !hasDatabase) {
    throw new HandlerError(
      `${name} can't park keys without a database; register DatabaseModule, or choose onFailure: 'skip'`,
    );
  }
  const policy = onFailure ?? (hasDatabase ? 'park-key' : 'skip');
  if (retryVia === 'broker' && policy === 'park-key') {
    throw new HandlerError(
      `${name} can't park keys (onFailure: 'park-key') while its failed events wait in the broker: later ones of a key overtake them; choose onFailure: 'skip' or retryVia: 'memory'`,
    );
  }
  return policy;
}

/**
 * Checks that the transport has what the handlers of a subscription ask for.
 * @throws HandlerError naming the handler, what it asks for and the feature that is lacking
 */
export function checkFeatures(
  { subscribe, handlers, inbox }: PlannedSubscription,
  { name, features }: Pick<Transport, 'name' | 'features'>,
): void {
  for (const handler of handlers.values()) {
    for (const [feature, what] of [...needsOf(handler, subscribe), ...inboxNeeds(inbox)]) {
      if (features[feature]) continue;
      throw new HandlerError(
        `${handler.name} asks for ${what}, which needs "${feature}"; the ${name} transport does not offer it`,
      );
    }
  }
}

function needsOf(
  { delivery, onFailure }: PlannedHandler,
  { from, ephemeral, redelivery }: SubscribeOptions,
): (readonly [keyof Features, string])[] {
  return [
    ...(delivery === 'at-most-once' ? [] : ([['persistent', `delivery: '${delivery}'`]] as const)),
    ...(delivery !== 'at-most-once' && onFailure === 'park-key'
      ? ([['ordering', `onFailure: 'park-key'`]] as const)
      : []),
    ...(ephemeral ? [] : ([['consumerGroups', 'a group that replicas share']] as const)),
    ...(from === 'start' ? ([['replay', `from: 'start'`]] as const) : []),
    ...(redelivery?.via === 'broker' ? ([['delay', `retryVia: 'broker'`]] as const) : []),
  ];
}

function inboxNeeds(inbox: InboxKind): (readonly [keyof Features, string])[] {
  return inbox === 'by-key' ? [['ordering', `inbox: 'by-key'`]] : [];
}

/** An option that all handlers of a group must agree on. */
function same<Name extends 'ephemeral' | 'from' | 'inbox' | 'retryVia'>(
  handlers: readonly FoundHandler[],
  name: Name,
): EventHandlerOptions[Name] {
  const [first] = handlers as [FoundHandler];
  const other = handlers.find(({ options }) => options[name] !== first.options[name]);
  if (other !== undefined) {
    throw new HandlerError(
      `${first.name} and ${other.name} share a group and differ in "${name}"; they must agree or be in different groups`,
    );
  }
  return first.options[name];
}
