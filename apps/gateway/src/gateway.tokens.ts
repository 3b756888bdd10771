import type { LiveResource, StateResource } from './use-cases/live-resource.js';

// What the module provides for ports of the use cases.
export const OPERATIONS = Symbol('OPERATIONS');
export const RATE_LIMITS = Symbol('RATE_LIMITS');
/** What this gateway serves, and all of its state feeds. */
export const FEATURES = Symbol('FEATURES');
export const STATE_FEEDS = Symbol('STATE_FEEDS');

/** The LiveSource of a resource, which its feature provides and exports. */
export function liveSource({ name }: Pick<LiveResource, 'name'>): string {
  return `live source of ${name}`;
}

/** The StateFeed of a resource of states, which its feature provides and exports. */
export function stateFeed({ feed }: Pick<StateResource, 'feed'>): string {
  return `state feed ${feed}`;
}
