import type { Order } from '../shop-api.js';
import { traceIdOf, type Change, type Click, type Story } from '../state/stories.js';
import type { Span } from '../state/trace.js';
import { endOf, type Leg } from './hop.js';
import { ownHops } from './own-hops.js';
import { spanHops } from './span-hops.js';

interface Request {
  readonly title: string;
  readonly traceId: string | undefined;
  readonly click: Click | undefined;
  readonly changes: readonly Change[];
}

/** What a person asked for with an order: it was placed, and perhaps cancelled. Each has a trace of its own. */
function requestsOf({ clicks, changes }: Story): Request[] {
  const clicked = (what: Click['what']) => clicks.find((click) => click.what === what);
  const placing = changes.filter(({ status }) => status !== 'CANCELLED');
  const cancelling = changes.filter(({ status }) => status === 'CANCELLED');
  const request = (title: string, click: Click | undefined, news: readonly Change[]): Request => ({
    ...{ title, click, changes: news },
    traceId: traceIdOf(news.find(({ traceparent }) => traceparent)?.traceparent) ?? click?.traceId,
  });
  return [
    request('Placing the order', clicked('place'), placing),
    ...(cancelling.length > 0 || clicked('cancel')
      ? [request('Cancelling it', clicked('cancel'), cancelling)]
      : []),
  ];
}

/** The traces in which an order was placed and cancelled. */
export const traceIdsOf = (story: Story): string[] =>
  requestsOf(story).flatMap(({ traceId }) => traceId ?? []);

/** The way of an order: from spans where there are some, else from what the page knows. */
export function legsOf(
  order: Order,
  story: Story,
  traces: ReadonlyMap<string, readonly Span[]>,
): Leg[] {
  return requestsOf(story).map((request) => {
    const spans = traces.get(request.traceId ?? '') ?? [];
    const useful = spans.some(({ service }) => service !== 'web');
    const known = [
      request.click?.clickedAt,
      ...(useful ? spans.map(({ start }) => start) : []),
      ...(useful || request.click ? [] : [Date.parse(firstInstant(order, request))]),
    ].filter((at) => at !== undefined && Number.isFinite(at));
    const startedAt = Math.min(...(known as number[]));
    const hops = useful
      ? spanHops(spans, startedAt, request.changes)
      : ownHops({ order, click: request.click, changes: request.changes }, startedAt);
    return {
      ...{ title: request.title, startedAt, hops },
      lengthMs: Math.max(1, ...hops.map(endOf)),
      source: useful ? 'spans' : 'page',
      ...(request.traceId === undefined ? {} : { traceId: request.traceId }),
    };
  });
}

function firstInstant(order: Order, { changes, title }: Request): string {
  const [first] = changes;
  return title.startsWith('Cancel') && first ? first.occurredAt : order.createdAt;
}

/** Where on a leg a hop is drawn: percent of its length. */
export function barOf(stretch: { from: number; to: number }, lengthMs: number) {
  const percent = (ms: number) => Math.min(100, Math.max(0, (ms / lengthMs) * 100));
  return { left: percent(stretch.from), width: percent(stretch.to) - percent(stretch.from) };
}
