import { z } from 'zod';

const maxAttributes = 16;
const longestMs = 600_000;
const maxDistanceMs = 3_600_000;

const id = (digits: number) =>
  z.string({ error: 'must be a string' }).regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`), {
    error: `must be ${digits} lower-case hex digits, not all 0`,
  });
const text = (max: number) =>
  z
    .string({ error: 'must be a string' })
    .min(1, { error: 'must not be empty' })
    .max(max, { error: `must be at most ${max} characters` });
const epochMs = z.number({ error: 'must be milliseconds since the epoch' });

export const traceIdParam = id(32);

/** A span that the page reports. */
export const reportedSpan = z
  .strictObject(
    {
      traceId: id(32),
      spanId: id(16),
      parentSpanId: id(16).optional(),
      name: text(80),
      kind: z.enum(['internal', 'client'], { error: 'must be internal or client' }).optional(),
      start: epochMs,
      end: epochMs,
      attributes: z
        .record(text(80), z.union([z.string().max(200), z.number(), z.boolean()]), {
          error: 'must be an object of texts, numbers and booleans',
        })
        .refine((attributes) => Object.keys(attributes).length <= maxAttributes, {
          error: `must have at most ${maxAttributes} attributes`,
        })
        .optional(),
    },
    { error: 'must be an object' },
  )
  .refine(({ start, end }) => end >= start && end - start <= longestMs, {
    error: 'must be at or after start, at most 10 minutes',
    path: ['end'],
  })
  .refine(({ start }) => Math.abs(Date.now() - start) <= maxDistanceMs, {
    error: 'must be within an hour of now',
    path: ['start'],
  });

export type ReportedSpan = z.output<typeof reportedSpan>;
