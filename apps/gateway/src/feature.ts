import type { Type } from '@nestjs/common';
import type { ApiPart } from './inbound/docs/api-part.js';
import type {
  DescribedResource,
  DescribedStates,
  DescribedTopics,
} from './inbound/docs/live-described.js';
import type { RpcPart } from './inbound/rpc/rpc-part.js';

/** Something that this gateway serves, in whichever of its ways; `features.ts` lists them. */
export interface Feature {
  /** Its controllers and subscribers, and what these need. */
  readonly module: Type;
  readonly api?: ApiPart;
  /** What customers follow; the module provides and exports its `liveSource`. */
  readonly live?: DescribedResource;
  /** States that everybody follows; the module provides and exports its `stateFeed`. */
  readonly states?: DescribedStates;
  readonly rpc?: RpcPart;
}

export function topicsOf(features: readonly Feature[]): DescribedTopics {
  return {
    resources: features.flatMap(({ live }) => live ?? []),
    states: features.flatMap(({ states }) => states ?? []),
  };
}
