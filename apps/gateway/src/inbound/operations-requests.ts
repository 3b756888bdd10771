import { z } from 'zod';
import * as views from '../use-cases/operations-views.js';
import { pageQuery } from './api-schemas.js';

// What the operations interface takes, and the answers that are lists.

const text = z
  .string({ error: 'must be given once' })
  .max(1024, { error: 'must be at most 1024 characters' })
  .refine((value) => !value.includes('\0'), { error: 'must not contain NUL' });
export const filters = ['reason', 'group', 'stream', 'key', 'type', 'fingerprint'] as const;
const filterShape = Object.fromEntries(filters.map((name) => [name, text.optional()])) as Record<
  (typeof filters)[number],
  z.ZodOptional<typeof text>
>;

export const deadLettersQuery = pageQuery.extend(filterShape);
export const auditQuery = pageQuery.pick({ limit: true });

export const deadLetterActionBody = z.strictObject({
  ids: z
    .array(
      z
        .string({ error: 'must be a string' })
        .regex(/^\d{1,18}$/, { error: 'must be the id of a dead letter' }),
      { error: 'must be an array' },
    )
    .min(1, { error: 'must have 1 to 100 ids' })
    .max(100, { error: 'must have 1 to 100 ids' }),
  dryRun: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .meta({ description: 'Shows what would be done, and changes nothing' }),
});

export const serviceStates = z.object({
  at: z.iso.datetime(),
  services: z.array(views.serviceState),
});
export const deadLetterPage = z.object({
  items: z.array(views.deadLetter),
  nextCursor: z.string().nullable(),
});
export const auditPage = z.object({ items: z.array(views.auditRecord) });
