import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import { z } from 'zod';

// What the REST interface takes and gives; the OpenAPI document is made from these.

const states = ['PLACED', 'CONFIRMED', 'REJECTED', 'CANCELLED'] as const;
const maxQuantity = 1_000_000_000;
const codes = Object.keys(errorCatalog) as [ErrorCode, ...ErrorCode[]];

const described = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  schema.meta({ description });
const whole = (from: number) =>
  z
    .int({ error: `must be a whole number from ${from} to ${maxQuantity}` })
    .min(from, { error: `must be ${from} or more` })
    .max(maxQuantity, { error: `must be at most ${maxQuantity}` });
const sku = z
  .string({ error: 'must be a string' })
  .min(1, { error: 'must not be empty' })
  .max(64, { error: 'must be at most 64 characters' })
  .meta({ examples: ['MUG-BLUE'] });

export const money = z.strictObject({
  amountMinor: described(z.int(), 'Integer minor units: cents for EUR'),
  currency: described(z.string().length(3), 'ISO 4217'),
});

export const placeOrderBody = z.strictObject(
  {
    lines: z
      .array(z.strictObject({ sku, quantity: whole(1) }, { error: objectError }), {
        error: 'must be an array',
      })
      .min(1, { error: 'must have 1 to 100 lines' })
      .max(100, { error: 'must have 1 to 100 lines' }),
  },
  { error: objectError },
);

export const setStockBody = z.strictObject({ quantity: whole(0) }, { error: objectError });

export const devTokenBody = z.strictObject(
  {
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
      '`operator` may set stock',
    ).optional(),
  },
  { error: objectError },
);

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

export const order = z.strictObject({
  orderId: z.string(),
  status: z.enum(states),
  version: described(z.int().min(1), 'Starts at 1 (PLACED) and grows by one with each change'),
  lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1), unitPrice: money })),
  total: money,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  reason: described(z.string(), 'Why it was rejected or cancelled').optional(),
});

export const stockItem = z.strictObject({
  sku: z.string(),
  name: z.string(),
  price: money,
  available: described(z.int().min(0), 'What can still be ordered'),
});

const nextCursor = described(z.string().nullable(), 'For the next page; null on the last one');
export const orderPage = z.strictObject({ items: z.array(order), nextCursor });
export const stockPage = z.strictObject({ items: z.array(stockItem), nextCursor });
export const devToken = z.strictObject({ token: z.string() });

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
