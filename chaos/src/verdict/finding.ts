/**
 * - `lost`: something that was accepted or has happened is not where it has to be.
 * - `doubled`: something has an effect more than once, or an effect that nobody asked for.
 * - `disordered`: something came after what should have followed it.
 * - `unfinished`: something still goes on, or waits, after all patience.
 * - `unexplained`: a dead letter that no fault of the run accounts for.
 */
export type FindingKind = 'lost' | 'doubled' | 'disordered' | 'unfinished' | 'unexplained';

/** One thing that is not as it has to be. */
export interface Finding {
  readonly kind: FindingKind;
  /** What it is about: an order, a SKU, a customer, an event. */
  readonly key: string;
  /** Where it shows, and what is wrong there, in a sentence. */
  readonly what: string;
}

export const lost = (key: string, what: string): Finding => ({ kind: 'lost', key, what });
export const doubled = (key: string, what: string): Finding => ({ kind: 'doubled', key, what });
export const disordered = (key: string, what: string): Finding => ({
  kind: 'disordered',
  key,
  what,
});
