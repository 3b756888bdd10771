import { STATUS_CODES } from 'node:http';
import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import { problemContentType } from '@mesh/service-kit';
import { examples, type SchemaName } from './examples.js';
import type { JsonSchema } from './json-schema.js';

/** Bodies by content type. */
export type Content = Readonly<
  Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>
>;

export interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content: Content;
}

/** OpenAPI Response Objects by status. */
export type Responses = Readonly<Record<string, Response>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: string | number;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** Security schemes by name; empty when anybody may call it. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Responses;
}

/** What differs from operation to operation; {@link operation} adds the rest. */
export interface OperationParts {
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Needs no token. */
  readonly open?: boolean;
  readonly parameters?: readonly Parameter[];
  /** The schema of the JSON body. */
  readonly body?: SchemaName;
  readonly responses: Responses;
  /** The codes of the problem documents that it may answer with, besides INTERNAL. */
  readonly errors: readonly ErrorCode[];
}

export function operation(parts: OperationParts): Operation {
  const { operationId, tag, summary, description, open, parameters, body, errors } = parts;
  return {
    ...{ operationId, tags: [tag], summary, ...(description && { description }) },
    ...{ security: open ? [] : [{ token: [] }] },
    ...(parameters && { parameters }),
    ...(body && { requestBody: { required: true, content: json(body) } }),
    responses: {
      ...parts.responses,
      ...problems([...errors, 'INTERNAL']),
    },
  };
}

export function ok(description: string, schema: SchemaName): Responses {
  return { 200: { description, content: json(schema) } };
}

export function json(schema: SchemaName): Content {
  return { 'application/json': { schema: reference(schema), example: examples[schema] } };
}

function problems(codes: readonly ErrorCode[]): Responses {
  const byStatus = Map.groupBy(codes, (code) => errorCatalog[code].http);
  return Object.fromEntries([...byStatus].map(([status, of]) => [status, problem(status, of)]));
}

function problem(status: number, codes: readonly ErrorCode[]): Response {
  const named = codes.map((code) => `\`${code}\``).join(', ');
  const later = status === 503 || codes.includes('IDEMPOTENCY_IN_PROGRESS');
  return {
    description: `${STATUS_CODES[status]}: ${named}`,
    ...(later && { headers: { 'Retry-After': retryAfter } }),
    content: { [problemContentType]: { schema: reference('Problem') } },
  };
}

const retryAfter = {
  description: 'Seconds after which the same call may succeed',
  schema: { type: 'integer', minimum: 0 },
};

function reference(schema: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${schema}` };
}
