import { z } from 'zod';

const reasons = ['max-attempts', 'rejected', 'expired', 'overflow', 'undecodable', 'gap'] as const;
const id = z.string().regex(/^\d{1,18}$/, { error: 'an id of a dead letter' });
/** A hundred years: more is no date that PostgreSQL has. */
const ageMs = z.coerce.number().int().min(0).max(3_153_600_000_000);
const text = z.string().refine((value) => !value.includes('\0'), { error: 'text without NUL' });

const filterShape = {
  group: text.optional(),
  stream: text.optional(),
  key: text.optional(),
  reason: z.enum(reasons).optional(),
  type: text.optional(),
  fingerprint: text.optional(),
  olderThanMs: ageMs.optional(),
  youngerThanMs: ageMs.optional(),
  /** Several with commas between them. */
  ids: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(id).min(1))
    .optional(),
};

/** The query of `GET /dead-letters`; `whole` adds headers and bodies. */
export const listQuery = z.strictObject({
  ...filterShape,
  after: id.default('0'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  whole: z.enum(['true', 'false']).default('false'),
});

/** The query of `GET /dead-letters/plan`. */
export const planQuery = z.strictObject(filterShape);

export const auditQuery = z.strictObject({
  id: id.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** The body of a redrive or a discard: at most a small batch, in the order in which it is to be done. */
export const actionBody = z.strictObject({ ids: z.array(id).min(1).max(100) });

/** Without what is absent. */
export function present<T extends object>(
  value: T,
): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
}
