import type { Span } from '../state/trace.js';
import type { Change } from '../state/stories.js';
import { Causes } from './causes.js';
import { startOf, type Hop, type Stretch } from './hop.js';
import { isOfAnotherTab, isPaint, shownHops } from './shown-hops.js';
import { brokerOf, doing, eventOf, serviceName, type Outcome } from './span-words.js';

type Times = (from: number, to: number) => Stretch;
type HopMaker = (span: Span, times: Times, around: Around) => readonly Part[];
type Part = Omit<Hop, 'aside' | 'failed'>;

interface Around extends Outcome {
  readonly sent: Span | undefined;
}

/**
 * The hops in spans of one trace, by where their work begins and none before its cause; times since
 * `origin`, ms since the epoch. What this page was told of its order fills in what no span tells.
 */
export function spanHops(
  spans: readonly Span[],
  origin: number,
  changes: readonly Change[] = [],
): Hop[] {
  const causes = new Causes(spans);
  const onTheWay = waysToTheBrowser(spans, causes);
  const rejected = spans.some((span) => eventOf(span) === 'ReservationRejected');
  const sends = new Set(spans.filter(isSend).map(({ parentSpanId }) => parentSpanId));
  const times: Times = (from, to) => ({ from: from - origin, to: Math.max(from, to) - origin });
  const rows = causes.inOrder().flatMap((span) => {
    const elsewhere = isPaint(span) && isOfAnotherTab(span, spans, changes);
    const inVain = isHandOver(span) && !sends.has(span.spanId);
    const begin = causes.beginOf(span) - origin;
    return makerOf(span)(span, times, { sent: causes.causeOf(span), rejected, inVain }).map(
      (part) => ({
        ...{ ...part, ...(elsewhere ? { what: `${part.what} in another tab` } : {}) },
        aside:
          elsewhere ||
          (inVain && sends.size > 0) ||
          (onTheWay.size > 0 && !onTheWay.has(span.spanId)),
        until: causes.chainOf(span).some(isReserving) ? ('decided' as const) : ('placed' as const),
        ...(span.status === 'error' ? { failed: span.statusMessage ?? 'failed' } : {}),
        begin: part.work ? begin : startOf(part),
      }),
    );
  });
  const shown = shownHops(spans, changes, origin).map((hop) => ({
    ...hop,
    begin: hop.work?.from ?? 0,
  }));
  return [...rows, ...shown]
    .sort((a, b) => a.begin - b.begin)
    .map(({ begin: _sorted, ...hop }) => hop);
}

function makerOf({ kind, service, name, attributes }: Span): HopMaker {
  if (service === 'web') return kind === 'client' ? click : paint;
  if (kind === 'server') return service === 'gateway' ? request : rpc;
  if (kind === 'producer' && 'mesh.outbox.wait_ms' in attributes) return outbox;
  if (kind === 'consumer' && name.startsWith('process ')) return delivery;
  return () => [];
}

const click: HopMaker = ({ spanId, start, end }, times) => [
  {
    id: spanId,
    where: 'Browser',
    what: 'click, until the answer is here',
    work: times(start, end),
  },
];

const paint: HopMaker = ({ spanId, start, end, attributes }, times, { sent }) => {
  const version = attributes['mesh.order.version'];
  const what = version === undefined ? 'shown' : `version ${String(version)} shown`;
  return [
    {
      ...{ id: spanId, where: 'Browser', what: `WebSocket; ${what}` },
      ...(sent && sent.start < start ? { wait: times(sent.start, start) } : {}),
      work: times(start, end),
    },
  ];
};

const request: HopMaker = ({ spanId, name, start, end }, times) => [
  { id: spanId, where: 'Gateway', what: `HTTP ${name}`, work: times(start, end) },
];

const rpc: HopMaker = ({ spanId, service, name, start, end }, times) => [
  {
    ...{ id: spanId, where: serviceName(service), work: times(start, end) },
    what: `gRPC ${name.split('/').at(-1) ?? name}`,
  },
];

const outbox: HopMaker = (span, times) => {
  const waited = Number(span.attributes['mesh.outbox.wait_ms']) || 0;
  return [
    {
      ...{ id: span.spanId, where: 'Outbox' },
      what: `of ${span.service}: ${eventOf(span) || span.name}`,
      wait: times(span.start - waited, span.start),
      work: times(span.start, span.end),
    },
  ];
};

const delivery: HopMaker = (span, times, { sent, ...outcome }) => {
  const { spanId, service, start, end } = span;
  const done = { id: spanId, where: serviceName(service), what: doing(span, outcome) };
  const carried = {
    ...{ id: `${spanId}-carried`, where: brokerOf(span) },
    what: `${streamOf(span)} → ${String(span.attributes['messaging.consumer.group.name'] ?? service)}`,
  };
  return [
    ...(sent ? [{ ...carried, wait: times(leftAt(sent, start), start) }] : []),
    { ...done, work: times(start, end) },
  ];
};

/** A broker may deliver before it has confirmed: then what was sent is on its way since it was sent. */
const leftAt = (sent: Span, delivered: number): number =>
  sent.end < delivered ? sent.end : Math.min(sent.start, delivered);

const streamOf = ({ name }: Span): string => name.replace(/^process /, '');
const isSend = ({ name }: Span): boolean => name === 'send order.updated';
const isHandOver = (span: Span): boolean =>
  span.service === 'gateway' &&
  span.kind === 'consumer' &&
  eventOf(span) === 'OrderUpdateAnnounced';
const isReserving = (span: Span): boolean =>
  span.service === 'inventory' && span.kind === 'consumer' && eventOf(span) === 'OrderPlaced';

/** Spans from which something got to the browser, and those before them. */
function waysToTheBrowser(spans: readonly Span[], causes: Causes): Set<string> {
  const ends = spans.filter((span) => isSend(span) || isPaint(span) || isHandOver(span));
  const ways = new Set(ends.flatMap((end) => causes.chainOf(end)).map(({ spanId }) => spanId));
  if (ways.size > 0)
    for (const { spanId, service, kind } of spans)
      if (kind === 'server' || service === 'web') ways.add(spanId);
  return ways;
}
