import { z } from 'zod';
import { described, strictBody } from './api-schemas.js';
import { named, type ApiPart } from './docs/api-part.js';
import type { PathItem } from './docs/openapi-document.js';
import { bodyErrors, ok, operation } from './docs/openapi-parts.js';

export const devTokenBody = strictBody({
  customerId: z
    .string({ error: 'must be a string' })
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@:|-]{0,127}$/, {
      error: 'must be 1 to 128 letters, digits or ._@:|- and start with a letter or digit',
    })
    .meta({ examples: ['ann'] }),
  roles: described(
    z
      .array(z.enum(['customer', 'operator'], { error: 'must be customer or operator' }), {
        error: 'must be an array',
      })
      .max(2, { error: 'must have at most 2 roles' }),
    '`operator` may do what operators do',
  ).optional(),
});

const DevTokenRequest = named('DevTokenRequest', devTokenBody, { customerId: 'ann' });
const DevToken = named('DevToken', z.strictObject({ token: z.string() }), {
  token: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl',
});

const paths: Record<string, PathItem> = {
  '/dev/token': {
    post: operation({
      ...{ operationId: 'devToken', tag: 'development', summary: 'Sign in as anybody', open: true },
      description: 'In development only. The token is valid for 12 hours.',
      body: DevTokenRequest,
      responses: ok('A token', DevToken),
      errors: bodyErrors,
    }),
  },
};

/** Signing in, in development. */
export const devTokenApi: ApiPart = {
  ...{ tag: 'development', paths, schemas: [DevTokenRequest, DevToken] },
};
