import { z } from 'zod';
import { validationError } from '@mesh/service-kit';

const text = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\P{Cc}*$/u, { error: 'no control characters' });
const sku = text;
const quantity = z.int().max(1_000_000_000);

// What inventory's calls accept; unset fields arrive as Protobuf's defaults.

export const getStockRequest = z.object({ sku });

export const batchGetStockRequest = z.object({ skus: z.array(sku).min(1).max(100) });

export const listStockRequest = z.object({
  limit: z
    .int()
    .min(0)
    .max(100)
    .transform((limit) => limit || 20),
  cursor: z.string().max(512),
});

export const setStockRequest = z
  .object({
    sku,
    quantity: quantity.min(0),
    expected: z.object({ versions: z.array(z.int().min(0)).max(100) }).optional(),
  })
  .transform(({ expected, ...request }) => ({ ...request, expected: expected?.versions }));

/** One row of an import; `price` and `name` only together. */
export const importStockRequest = z
  .object({
    sku,
    quantity: quantity.min(0),
    name: text.optional(),
    price: z
      .object({
        amountMinor: z.int().min(0).max(1_000_000_000),
        currency: z.string().regex(/^[A-Z]{3}$/, { error: 'a currency of ISO 4217' }),
      })
      .optional(),
  })
  .refine(({ name, price }) => (name === undefined) === (price === undefined), {
    error: 'name and price are given together',
  });

export const reserveStockRequest = z.object({
  orderId: text,
  lines: z
    .array(z.object({ sku, quantity: quantity.min(1) }))
    .min(1)
    .max(100),
});

export const watchStockRequest = z.object({ skus: z.array(sku).max(100) });

/** @throws AppError VALIDATION_FAILED naming every field that is wrong */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  request: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(request);
  if (!parsed.success) throw validationError(parsed.error.issues);
  return parsed.data;
}
