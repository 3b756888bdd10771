import type { Change } from '../state/stories.js';
import type { Span } from '../state/trace.js';
import type { Hop } from './hop.js';

/** What the page knows of versions that it was told of, and no span of its own tells. */
export function shownHops(
  spans: readonly Span[],
  changes: readonly Change[],
  origin: number,
): Hop[] {
  const painted = new Set(
    spans.filter((span) => isPaint(span) && !isOfAnotherTab(span, spans, changes)).map(versionOf),
  );
  return changes.flatMap((change) => {
    const { version, status, occurredAt, seenAt, caughtUp } = change;
    if (seenAt === undefined || painted.has(version)) return [];
    const sent = spans.find(({ spanId }) => spanId === emitOf(change));
    if (!caughtUp && !sent) return [];
    const since = caughtUp ? Date.parse(occurredAt) : (sent?.start ?? seenAt);
    const at = seenAt - origin;
    const words = caughtUp ? 'shown, after the connection was back' : 'is here';
    return {
      ...{ id: `version-${version}`, where: 'Browser', what: `version ${version} ${words}` },
      ...{ wait: { from: Math.min(since - origin, at), to: at }, work: { from: at, to: at } },
      ...{ aside: false, until: status === 'PLACED' ? 'placed' : 'decided' },
    } as const;
  });
}

/** A customer's tabs share a trace; each is sent an update of its own and paints that one. */
export function isOfAnotherTab(
  paint: Span,
  spans: readonly Span[],
  changes: readonly Change[],
): boolean {
  const change = changes.find(({ version }) => version === versionOf(paint));
  if (!change?.traceparent || paint.parentSpanId === emitOf(change)) return false;
  return change.caughtUp === true || spans.some(({ spanId }) => spanId === emitOf(change));
}

export const isPaint = ({ service, kind }: Span): boolean => service === 'web' && kind !== 'client';

const versionOf = ({ attributes }: Span): unknown => attributes['mesh.order.version'];
const emitOf = ({ traceparent }: Change): string | undefined => traceparent?.split('-')[2];
