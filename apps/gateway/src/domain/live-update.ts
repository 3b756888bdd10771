/** One change of one thing that a customer owns and follows; what kind of thing it is decides what else it has. */
export interface LiveUpdate {
  /** The thing's. */
  readonly id: string;
  readonly customerId: string;
  /** Number of this change among those of its thing: starts at 1, no gap. */
  readonly version: number;
  /** Number of this change among those of all of its customer's things of this kind: starts at 1, no gap. */
  readonly feedSequence: number;
  readonly occurredAt: Date;
  /** W3C traceparent of the trace that made the change. */
  readonly traceparent: string;
}
