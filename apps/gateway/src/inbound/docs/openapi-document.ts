import { z } from 'zod';
import type { Config } from '../../config.js';
import { devTokenApi } from '../dev-token.api.js';
import type { ApiPart, NamedSchema } from './api-part.js';
import type { JsonSchema } from './json-schema.js';
import { Problem, type Operation } from './openapi-parts.js';
import { operationsApi } from './operations-api.js';

export type PathItem = Readonly<Record<string, Operation>>;

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
}

export interface SecurityScheme {
  readonly type: 'http';
  readonly scheme: 'bearer';
  readonly bearerFormat: string;
  readonly description: string;
}

export interface DocumentOptions {
  /** Whether anybody may sign in as anybody. */
  readonly devToken: boolean;
  /** A service that operators see, for examples. @default gateway */
  readonly operated?: string | undefined;
}

/** The REST interface as OpenAPI 3.1; its schemas are the ones that requests are checked by. */
export function openApiDocument(
  own: readonly ApiPart[],
  { devToken, operated = 'gateway' }: DocumentOptions,
): OpenApiDocument {
  const parts = [...own, operationsApi(operated), ...(devToken ? [devTokenApi] : [])];
  return {
    openapi: '3.1.1',
    info: {
      title: 'Protocol Mesh',
      version: '1.0.0',
      description:
        'Every error is a problem document (RFC 9457). ' +
        'Every answer has X-Request-Id (yours, when it is well-formed) and X-Trace-Id, by which it is found again. ' +
        'Live updates come over socket.io: see /asyncapi.json.',
      license: { name: 'MIT', identifier: 'MIT' },
    } as OpenApiDocument['info'],
    servers: [{ url: '/' }],
    tags: parts.map(({ tag }) => ({ name: tag })),
    paths: Object.assign({}, ...parts.map(({ paths }) => paths)) as OpenApiDocument['paths'],
    components: {
      schemas: componentSchemas([...parts.flatMap(({ schemas }) => schemas), Problem]),
      securitySchemes: {
        token: {
          ...{ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          description: '`sub` is the customer; the claim `roles` may hold `operator`.',
        },
      },
    },
  };
}

/** What a gateway of this configuration says. */
export function optionsOf(
  config: Pick<Config, 'AUTH_DEV_KEY_FILE' | 'OPERATIONS_URLS'>,
): DocumentOptions {
  const [operated] = Object.keys(config.OPERATIONS_URLS ?? {});
  return { devToken: config.AUTH_DEV_KEY_FILE !== undefined, operated };
}

function componentSchemas(all: readonly NamedSchema[]): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  // Parts may name the same schema.
  for (const { id, schema } of new Set(all)) registry.add(schema, { id });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const made = z.toJSONSchema(registry, { uri, io: 'input' });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [
      id,
      schema as JsonSchema,
    ]),
  );
}
