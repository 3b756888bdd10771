import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import { z } from 'zod';

// What the parts of the REST interface are made of; the OpenAPI document is made from the same schemas.

const maxWhole = 1_000_000_000;
const codes = Object.keys(errorCatalog) as [ErrorCode, ...ErrorCode[]];

export const described = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  schema.meta({ description });

/** A whole number from one up to a billion. */
export const whole = (from: number) =>
  z
    .int({ error: `must be a whole number from ${from} to ${maxWhole}` })
    .min(from, { error: `must be ${from} or more` })
    .max(maxWhole, { error: `must be at most ${maxWhole}` });

/** A body, or an object in one: a field that it does not have is a fault. */
export function strictBody<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: objectError });
}

export const pageQuery = z.object({
  limit: z
    .string({ error: 'must be given once' })
    .regex(/^(\d{1,3})?$/, { error: 'must be a whole number from 1 to 100' })
    .transform((text) => (text === '' ? undefined : Number(text)))
    .refine((limit) => limit === undefined || inPage(limit), {
      error: 'must be a whole number from 1 to 100',
    })
    .optional(),
  cursor: z
    .string({ error: 'must be given once' })
    .max(1024, { error: 'must be at most 1024 characters' })
    .transform((cursor) => cursor || undefined)
    .optional(),
});

/** A page of a list. */
export function pageOf<Schema extends z.ZodType>(item: Schema) {
  const nextCursor = described(z.string().nullable(), 'For the next page; null on the last one');
  return z.strictObject({ items: z.array(item), nextCursor });
}

export const problem = z.strictObject({
  type: described(z.string(), 'A URI that names the code'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: described(z.enum(codes), 'Stable: what a program should look at'),
  traceId: described(z.string(), 'The trace of this request, for whoever looks into it'),
  errors: z
    .array(
      z.strictObject({
        path: described(z.string(), 'JSON Pointer into the body'),
        message: z.string(),
      }),
    )
    .optional(),
});

function inPage(limit: number): boolean {
  return limit >= 1 && limit <= 100;
}

function objectError(issue: { readonly code?: string }): string {
  return issue.code === 'unrecognized_keys' ? 'Unknown field' : 'must be an object';
}
