/** Where a rule lets a relay die or stand still, in the order in which a relay comes by. */
export const relaySteps = [
  'before claim',
  'claimed',
  'published',
  'confirmed',
  'before the cursor moves',
] as const;

/**
 * - `before claim`: it is about to ask for what it may relay.
 * - `claimed`: it has it, and has published nothing.
 * - `published`: the broker has a batch, and the relay does not know it yet.
 * - `confirmed`: the relay knows it, and has noted nothing.
 * - `before the cursor moves`: it is about to note that.
 */
export type RelayStep = (typeof relaySteps)[number];

/** What a relay process is told, as JSON in its first argument. */
export interface RelayProcessOptions {
  /** The service's database. */
  readonly url: string;
  /** The database of an embedded transport, to publish to. */
  readonly broker: string;
  readonly leaseMs: number;
  /** The clock of the process is so far ahead. @default 0 */
  readonly clockOffsetMs?: number;
  /** Where it halts, once: it says so on its output and then does nothing for `haltMs`. */
  readonly halt?: { readonly step: RelayStep; readonly haltMs: number };
}
