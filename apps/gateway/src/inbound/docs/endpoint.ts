import type { ApiPart, NamedSchema } from './api-part.js';
import type { PathItem } from './openapi-document.js';
import type { Operation } from './openapi-parts.js';

/** One operation at its path, in a file of its own. */
export interface Endpoint {
  /** With parameters in braces: `/v1/things/{thingId}`. */
  readonly path: string;
  readonly verb: 'get' | 'post' | 'put' | 'delete';
  readonly operation: Operation;
  /** What the operation names. */
  readonly schemas: readonly NamedSchema[];
}

/** The part of the REST interface that consists of these; several verbs may share a path. */
export function apiOf(tag: string, endpoints: readonly Endpoint[]): ApiPart {
  const paths: Record<string, PathItem> = {};
  for (const { path, verb, operation } of endpoints)
    paths[path] = { ...paths[path], [verb]: operation };
  return { tag, paths, schemas: endpoints.flatMap(({ schemas }) => schemas) };
}
