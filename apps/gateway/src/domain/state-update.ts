/** What something is now; what kind of thing it is decides what else is told of it. */
export interface StateUpdate {
  readonly key: string;
  /** Grows with each change of what has this key. */
  readonly version: number;
}
