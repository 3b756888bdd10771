import { STATUS_CODES } from 'node:http';
import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import { problemContentType } from '@mesh/service-kit';
import { problem as problemSchema } from '../api-schemas.js';
import { named, type NamedSchema } from './api-part.js';
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
  /** Absent where there is no body. */
  readonly content?: Content;
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
  readonly body?: NamedSchema;
  readonly responses: Responses;
  /** The codes of the problem documents that it may answer with, besides TOO_MANY_REQUESTS and INTERNAL. */
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
      ...problems([...errors, 'TOO_MANY_REQUESTS', 'INTERNAL']),
    },
  };
}

export function ok(
  description: string,
  schema: NamedSchema,
  example: unknown = schema.example,
): Responses {
  return { 200: { description, content: json(schema, example) } };
}

export function json(schema: NamedSchema, example: unknown = schema.example): Content {
  return { 'application/json': { schema: reference(schema), example } };
}

/** What every refusal is answered with. */
export const Problem = named('Problem', problemSchema, {
  ...{ type: 'urn:mesh:error:VALIDATION_FAILED', title: 'The request is not of the schema' },
  ...{ status: 400, detail: '/name: must not be empty', code: 'VALIDATION_FAILED' as const },
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  errors: [{ path: '/name', message: 'must not be empty' }],
});

/** Of a list that comes in pages. */
export const pageParameters: readonly Parameter[] = [
  {
    ...{ name: 'limit', in: 'query', description: 'Items of a page' },
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    example: 5,
  },
  {
    ...{ name: 'cursor', in: 'query', description: 'The `nextCursor` of the page before' },
    schema: { type: 'string', maxLength: 1024 },
  },
];

/** The codes of what has a body, of what needs a token, and of what asks a service. */
export const bodyErrors = [
  'VALIDATION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const;
export const callerErrors = ['UNAUTHENTICATED'] as const;
export const upstreamErrors = ['OVERLOADED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const;

function problems(codes: readonly ErrorCode[]): Responses {
  const byStatus = Map.groupBy(codes, (code) => errorCatalog[code].http);
  return Object.fromEntries([...byStatus].map(([status, of]) => [status, problem(status, of)]));
}

function problem(status: number, codes: readonly ErrorCode[]): Response {
  const named = codes.map((code) => `\`${code}\``).join(', ');
  const later = [429, 503].includes(status) || codes.includes('IDEMPOTENCY_IN_PROGRESS');
  return {
    description: `${STATUS_CODES[status]}: ${named}`,
    ...(later && {
      headers: { 'Retry-After': retryAfter, ...(status === 429 && rateLimitHeaders) },
    }),
    content: { [problemContentType]: { schema: reference(Problem) } },
  };
}

const retryAfter = {
  description: 'Seconds after which the same call may succeed',
  schema: { type: 'integer', minimum: 0 },
};

const rateLimitHeaders = {
  'RateLimit-Policy': {
    description: 'Each limit that counts: `q` requests in `w` seconds. On every answer',
    schema: { type: 'string' },
  },
  RateLimit: {
    description:
      'What each limit leaves: `r` requests until it begins anew in `t` seconds. On every answer',
    schema: { type: 'string' },
  },
};

function reference({ id }: NamedSchema): JsonSchema {
  return { $ref: `#/components/schemas/${id}` };
}
