import type { Order } from '../shop-api.js';
import type { Change, Click } from '../state/stories.js';
import type { Hop, Stretch } from './hop.js';

/** The times that the page has without any trace: its own, and those in order and updates. Ms since the epoch. */
export interface Known {
  readonly order: Order;
  readonly click?: Click | undefined;
  /** The changes of this leg. */
  readonly changes: readonly Change[];
}

/** Fewer and longer hops than spans tell; a server's clock may differ from the browser's. */
export function ownHops({ order, click, changes }: Known, origin: number): Hop[] {
  const times = (from: number, to: number): Stretch => ({
    from: from - origin,
    to: Math.max(from, to) - origin,
  });
  const cancels = changes.some(({ status }) => status === 'CANCELLED');
  const [first] = changes;
  const committed = cancels ? Date.parse(first?.occurredAt ?? '') : Date.parse(order.createdAt);
  const decided = cancels ? undefined : changes.find(({ version }) => version === 2);
  const last = decided ?? (cancels ? first : undefined);
  const hops: Omit<Hop, 'aside'>[] = [];
  if (click)
    hops.push({
      ...{ id: 'sent', where: 'Gateway, order', work: times(click.clickedAt, committed) },
      what: 'order and event committed together',
    });
  if (click?.answeredAt !== undefined)
    hops.push({
      ...{ id: 'answered', where: 'Browser', what: 'the answer is here' },
      wait: times(committed, click.answeredAt),
    });
  if (decided)
    hops.push({
      ...{ id: 'decided', where: 'Broker, inventory, order' },
      what: decided.status === 'REJECTED' ? 'too little: rejected' : 'stock asked, order decided',
      work: times(committed, Date.parse(decided.occurredAt)),
    });
  if (last?.seenAt !== undefined)
    hops.push({
      ...{ id: 'seen', where: 'Notifications, gateway, browser' },
      what: last.caughtUp ? 'shown, after the connection was back' : 'shown',
      work: times(Date.parse(last.occurredAt), last.seenAt),
    });
  return hops.map((hop) => ({ ...hop, aside: false }));
}
