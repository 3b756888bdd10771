/** A stretch of time in ms since the begin of its leg. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** One stop on the way of an order: what waited there, and what was done. At least one of both. */
export interface Hop {
  readonly id: string;
  /** Gateway, Order, Outbox, Kafka … */
  readonly where: string;
  readonly what: string;
  readonly wait?: Stretch;
  readonly work?: Stretch;
  readonly failed?: string;
  /** Not on the way to the browser, such as a mail. */
  readonly aside: boolean;
  /** What it led to: that the order was placed, or that inventory's answer decided it. */
  readonly until?: 'placed' | 'decided';
}

/** The hops of one request of a person: placing, or cancelling. */
export interface Leg {
  readonly title: string;
  readonly traceId?: string;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly lengthMs: number;
  readonly hops: readonly Hop[];
  /** Where the times are from: spans of the services, or what the page knows by itself. */
  readonly source: 'spans' | 'page';
}

export const startOf = ({ wait, work }: Pick<Hop, 'wait' | 'work'>): number =>
  wait?.from ?? work?.from ?? 0;
export const endOf = ({ wait, work }: Hop): number => work?.to ?? wait?.to ?? 0;
