import {
  endWith,
  isSampled,
  isTracing,
  startSpan,
  withTrace,
  type SpanOptions,
  type WorkSpan,
} from '@mesh/tracing';
import type { Delivery } from '../delivery.js';
import type { Handling } from './handling.js';
import { parentOf, textOf } from './trace-parents.js';

/** Spans of what is, or was, handled, by the event's extensions: those are the same object all the way. */
const handled = new WeakMap<object, string>();
/** The same by the delivery. */
const delivered = new WeakMap<Delivery, string>();

/** The traceparent of the span in which an event is handled here; undefined when none is recorded. */
export function processTraceOf(event: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): string | undefined {
  return handled.get(event.extensions);
}

/**
 * The span in which an event is handled; undefined without tracing. Its parent is the hop that brought the
 * message; a link says where the event was made, or else which hop brought it.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function startProcessSpan(
  { event, delivery }: Pick<Handling, 'event' | 'delivery'>,
  batch?: string,
): WorkSpan | undefined {
  if (!isTracing()) return undefined;
  const origin = textOf(event.extensions['traceparent']);
  const hop = textOf(delivery.headers['traceparent']);
  const parent = parentOf(origin, delivery.headers);
  const span = startSpan(`process ${delivery.source}`, {
    kind: 'consumer',
    parent: parent ?? null,
    links: [...[origin, hop].filter((each) => each !== parent), batch],
    attributes: {
      ...consumerOf(delivery),
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.message.id': event.id,
      ...placeOf(delivery),
      'mesh.event.type': event.type,
      ...(delivery.attempt > 1 && { 'mesh.delivery.attempt': delivery.attempt }),
    },
  });
  if (span?.recorded) {
    handled.set(event.extensions, span.traceparent);
    delivered.set(delivery, span.traceparent);
  }
  return span;
}

/**
 * Handles several events in one go. Where one of their traces is recorded, in a span of a trace of its
 * own, which has links to all of them: `eachSpan` makes those of the events, with a link back.
 */
export async function inBatchSpan<T>(
  handlings: readonly Pick<Handling, 'event' | 'delivery'>[],
  fn: () => Promise<T>,
): Promise<T> {
  const origins = handlings.map(({ event }) => textOf(event.extensions['traceparent']));
  const [first] = handlings;
  if (!isTracing() || first === undefined || !origins.some(isSampled)) return fn();
  const span = startSpan(`process ${first.delivery.source}`, {
    kind: 'consumer',
    parent: null,
    links: origins.slice(0, MAX_LINKS),
    attributes: {
      ...consumerOf(first.delivery),
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.batch.message_count': handlings.length,
    },
  });
  return span === undefined ? fn() : endWith(span, fn);
}

const MAX_LINKS = 128;

/** One call for several events: each has a span of its own meanwhile, the work a trace of its own. */
export async function inEachSpan<T>(
  handlings: readonly Handling[],
  batch: string | undefined,
  fn: () => Promise<T>,
): Promise<T> {
  if (!isTracing()) return withTrace(undefined, fn);
  const spans = handlings.map((handling) => startProcessSpan(handling, batch));
  try {
    return await (batch === undefined ? withTrace(undefined, fn) : fn());
  } catch (error) {
    for (const span of spans) span?.fail(error);
    throw error;
  } finally {
    for (const span of spans) span?.end();
  }
}

/** Tells a broker that deliveries are done, in a span; `fn` alone where none of them was recorded. */
export async function inSettleSpan<T>(
  deliveries: readonly Delivery[],
  fn: () => T | Promise<T>,
): Promise<T> {
  if (!isTracing()) return fn();
  const [first] = deliveries;
  const recorded = deliveries.flatMap((delivery) => delivered.get(delivery) ?? []);
  if (first === undefined || recorded.length === 0) return fn();
  const [only] = recorded;
  const alone: SpanOptions =
    recorded.length === 1
      ? { parent: only }
      : { parent: null, links: recorded.slice(0, MAX_LINKS) };
  const span = startSpan(`settle ${first.source}`, {
    ...alone,
    kind: 'client',
    attributes: {
      ...consumerOf(first),
      'messaging.operation.type': 'settle',
      'messaging.operation.name': 'settle',
      ...(deliveries.length > 1 && { 'messaging.batch.message_count': deliveries.length }),
    },
  });
  return span === undefined ? fn() : endWith(span, async () => fn());
}

/** In a topic; the routing key of a queue may name a customer, so it is not told. */
function placeOf({ system, position }: Delivery) {
  if (system !== 'kafka') return {};
  const [partition, offset] = position.split(':');
  return { 'messaging.destination.partition.id': partition, 'kafka.offset': Number(offset) };
}

function consumerOf({ source, group, system }: Delivery) {
  return {
    ...(system && { 'messaging.system.name': system }),
    'messaging.destination.name': source,
    'messaging.consumer.group.name': group,
  };
}
