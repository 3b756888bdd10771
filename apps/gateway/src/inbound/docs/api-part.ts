import type { z } from 'zod';
import type { Values } from './curl.js';
import type { OpenApiDocument, PathItem } from './openapi-document.js';

/** A schema of the OpenAPI document by its name, with an example that it takes. */
export interface NamedSchema<Schema extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly schema: Schema;
  readonly example: unknown;
}

export function named<Schema extends z.ZodType>(
  id: string,
  schema: Schema,
  example: z.input<Schema>,
): NamedSchema<Schema> {
  return { id, schema, example };
}

/** A step of the first calls with curl; its commands are for a POSIX shell, and go on from those before. */
export interface Step {
  readonly title: string;
  readonly commands: string;
}

/** A part of the REST interface, as its documents show it. */
export interface ApiPart {
  /** Groups its operations. */
  readonly tag: string;
  readonly paths: Readonly<Record<string, PathItem>>;
  /** All that its operations name, and what these refer to. */
  readonly schemas: readonly NamedSchema[];
  /** What a reader tries first, once there is `TOKEN`. */
  readonly firstCalls?: (document: OpenApiDocument) => readonly Step[];
  /** What the first calls have left in the shell, by the name of a parameter: `{orderId: '$ID'}`. */
  readonly shell?: Values;
}
