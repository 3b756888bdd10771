import type { LiveError } from './live-error.js';

/** What a client is doing, or waiting for; after `closed` comes nothing more. */
export type Phase =
  /** Nothing is subscribed to, so there is no connection. */
  | 'idle'
  | 'connecting'
  /** Connected, and all that was subscribed to when it connected goes on. */
  | 'live'
  /** For the next attempt. */
  | 'waiting'
  /** For the browser to be online again. */
  | 'offline'
  /** For `resume`. */
  | 'suspended'
  | 'closed';

/** Where a client stands, for a page to show. Each change is a new object. */
export interface LiveState {
  readonly phase: Phase;
  /** Attempts that failed since the last connection that lasted. */
  readonly attempt: number;
  /** How long it waits for the next attempt, when that is what it waits for. */
  readonly retryInMs?: number;
  /** Why it is not live, when something failed. */
  readonly error?: LiveError;
}

const phases: readonly Phase[] = [
  'idle',
  'live',
  'connecting',
  'waiting',
  'offline',
  'suspended',
  'closed',
];

/** Of several connections the one that is furthest from being live. */
export function worstOf(states: readonly LiveState[]): LiveState {
  const rank = ({ phase }: LiveState) => phases.indexOf(phase);
  return states.reduce((worst, state) => (rank(state) > rank(worst) ? state : worst));
}

export function isSame(one: LiveState, other: LiveState): boolean {
  return (
    one.phase === other.phase &&
    one.attempt === other.attempt &&
    one.retryInMs === other.retryInMs &&
    one.error === other.error
  );
}
