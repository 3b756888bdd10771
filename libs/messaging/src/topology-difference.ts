/** One thing that the broker has otherwise than the code describes it. */
export interface TopologyDifference {
  readonly resource: 'topic' | 'exchange' | 'queue' | 'binding';
  readonly name: string;
  /** The setting in the broker's own words (`retention.ms`, `x-queue-type`); null: the whole is missing. */
  readonly setting: string | null;
  /** As the code describes it. */
  readonly wanted: string;
  /** As the broker has it; null where it has none or does not tell. */
  readonly found: string | null;
  /**
   * What making it as described would do. `safe`: nothing is lost, nothing stops, order holds.
   * `unsafe`: messages or their order would be lost, or work would stop. `unknown`: the broker does
   * not tell what it has.
   */
  readonly change: 'safe' | 'unsafe' | 'unknown';
  /** Why it is not safe, and what a person can do. */
  readonly why?: string;
}

/** What was changed to be as described, and what was left because that is not safe. */
export interface AppliedTopology {
  readonly applied: readonly TopologyDifference[];
  readonly left: readonly TopologyDifference[];
}
