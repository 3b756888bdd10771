import type { OrderStatus } from '../shop-api.js';
import { randomHex } from '../../random-id.js';
import { kept, thisTab } from '../../state/kept.js';

/** One version of an order, as the live updates told it. */
export interface Change {
  readonly version: number;
  readonly status: OrderStatus;
  readonly occurredAt: string;
  readonly reason?: string;
  readonly traceparent?: string;
  /** When this page heard of it live; absent when it was read from the history. Ms since the epoch. */
  readonly seenAt?: number;
  /** It came when the connection was back: it had been missed. */
  readonly caughtUp?: true;
}

/** What a person asked for on this page; ms since the epoch. */
export interface Click {
  readonly what: 'place' | 'cancel';
  readonly traceId: string;
  readonly spanId: string;
  readonly clickedAt: number;
  readonly answeredAt?: number;
}

/** What this tab knows of an order beyond the order itself. */
export interface Story {
  readonly clicks: readonly Click[];
  /** By version, without a gap from the first that is there. */
  readonly changes: readonly Change[];
}

const empty: Story = { clicks: [], changes: [] };
const maxStories = 40;

/** By order, the latest told last; the last 40. */
export const stories = kept<Readonly<Record<string, Story>>>('stories', {
  storage: thisTab,
  initial: () => ({}),
  parse: (stored) => (isStories(stored) ? stored : undefined),
});

export const storyOf = (orderId: string): Story => stories.value[orderId] ?? empty;

export function tell(orderId: string, change: (story: Story) => Story): void {
  const { [orderId]: before = empty, ...others } = stories.value;
  const latest = Object.entries({ ...others, [orderId]: change(before) }).slice(-maxStories);
  stories.value = Object.fromEntries(latest);
}

/** What was told before of the same version stays; what is new about it is added. */
export function tellChange(orderId: string, news: Change): void {
  tell(orderId, (story) => {
    const known = story.changes.find(({ version }) => version === news.version);
    const others = story.changes.filter((change) => change !== known);
    const changes = [...others, { ...news, ...known }].sort((a, b) => a.version - b.version);
    return { ...story, changes };
  });
}

export const newClick = (what: Click['what'], clickedAt: number): Click => ({
  ...{ what, clickedAt },
  traceId: randomHex(16),
  spanId: randomHex(8),
});

export const traceparentOf = ({ traceId, spanId }: Click): string => `00-${traceId}-${spanId}-01`;
export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  traceparent?.split('-')[1];

function isStories(stored: unknown): stored is Record<string, Story> {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    Object.values(stored as Record<string, Partial<Story> | null>).every(
      (story) => Array.isArray(story?.clicks) && Array.isArray(story.changes),
    )
  );
}
