import type { z } from 'zod';
import type { LiveUpdate } from '../../domain/live-update.js';
import type { StateUpdate } from '../../domain/state-update.js';
import type { LiveResource, StateResource } from '../../use-cases/live-resource.js';
import type { JsonSchema } from './json-schema.js';

interface Described {
  /** What its message says, in a line. */
  readonly summary: string;
  /** What its message has of its own, beside the id or key and the version. */
  readonly fields: Readonly<Record<string, JsonSchema>>;
  /** Those of the fields that are always there. @default all */
  readonly required?: readonly string[];
}

/** A resource, and how the documents tell of it. */
export interface DescribedResource<
  Update extends LiveUpdate = LiveUpdate,
> extends LiveResource<Update> {
  readonly described: Described & {
    readonly example: Update;
    /** A page of them, as clients are shown it. */
    readonly page: z.ZodType;
    readonly examplePage: object;
    /** Where such a page is read, such as `GET /v1/orders`. */
    readonly list: string;
    /** What a client is told that asks for one it does not have. */
    readonly missing: string;
  };
}

/** A resource of states, and how the documents tell of it. */
export interface DescribedStates<
  Update extends StateUpdate = StateUpdate,
> extends StateResource<Update> {
  readonly described: Described & {
    readonly example: Update;
    /** What their version counts. */
    readonly version: string;
  };
}

/** All that can be followed, described. */
export interface DescribedTopics {
  readonly resources: readonly DescribedResource[];
  readonly states: readonly DescribedStates[];
}
