import { z } from 'zod';

// What operators see of a service and its dead letters: as its management port tells it, and as the
// gateway answers.

const count = z.int().min(0);
const described = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  schema.meta({ description });
const reasons = ['max-attempts', 'rejected', 'expired', 'overflow', 'undecodable', 'gap'] as const;

export const deadLetter = z.object({
  id: described(z.string(), 'Rises in the order of parking'),
  group: z.string(),
  stream: z.string(),
  key: z.string().nullable(),
  eventSource: z.string(),
  eventId: z.string(),
  eventType: described(z.string(), 'Empty when the message could not be read'),
  unread: described(z.boolean(), 'The message could not be read: there is no event'),
  holdsKey: described(z.boolean(), 'Later events of its key wait behind it'),
  behind: described(
    z.string().nullable(),
    'The dead letter of its key that it waits behind, without having failed itself',
  ),
  reason: z.enum(reasons),
  errorCode: z.string(),
  errorMessage: z.string(),
  fingerprint: described(z.string(), 'The same for failures that differ only in ids and numbers'),
  attempts: count,
  firstFailedAt: z.iso.datetime(),
  lastFailedAt: z.iso.datetime(),
  parkedAt: z.iso.datetime(),
});

export const storedDeadLetter = deadLetter.extend({
  position: described(z.string(), 'Where in the stream it was'),
  routingKey: z.string().nullable(),
  headers: z.record(z.string(), z.unknown()),
  attributes: described(
    z.record(z.string(), z.unknown()).nullable(),
    'CloudEvents attributes; null when the message could not be read',
  ),
  body: described(z.string(), 'The message as it came, as base64'),
});

export const wholeDeadLetter = storedDeadLetter.extend({
  content: described(
    z.object({ kind: z.string(), text: z.string().nullable() }),
    'The best guess at what the body is, for people',
  ),
});

export const deadLetterCount = z.object({
  group: z.string(),
  stream: z.string(),
  reason: z.enum(reasons),
  eventType: z.string(),
  fingerprint: z.string(),
  errorMessage: z.string(),
  count,
  keys: described(count, 'How many keys wait'),
  oldestParkedAt: z.iso.datetime(),
});

export const outboxState = z.object({
  depth: described(count.nullable(), 'Events that are committed and not published'),
  maxEvents: count.nullable(),
  oldestAgeSeconds: described(z.number().nullable(), 'Null when nothing waits'),
});

export const serviceState = z.object({
  service: z.string(),
  status: z.enum(['ready', 'waiting', 'stopping', 'down']),
  waitingFor: z.array(z.object({ name: z.string(), reason: z.string() })),
  outbox: described(outboxState.nullable(), 'Null: it has none, or can not tell'),
  consumers: z.array(
    z.object({
      group: z.string(),
      stream: z.string(),
      lag: described(count.nullable(), 'Null: the broker does not tell'),
      partitions: z.array(z.object({ partition: count, lag: count })),
    }),
  ),
  deadLetters: described(
    z
      .object({
        total: count,
        oldestParkedAt: z.iso.datetime().nullable(),
        byReason: z.array(z.object({ reason: z.enum(reasons), count })),
        groups: described(z.array(deadLetterCount), 'Those of one cause together; the first 50'),
      })
      .nullable(),
    'Null: it keeps none, or can not tell',
  ),
  breakers: described(
    z.array(z.object({ name: z.string(), state: z.enum(['open', 'closed']) })),
    'Circuit breakers of the replica that answered',
  ),
});

export const actionResult = z.object({
  id: z.string(),
  result: z.enum(['done', 'failed', 'gone']),
  detail: z.string().optional(),
});

export const actionOutcome = z.object({
  dryRun: z.boolean(),
  total: described(count, 'Dead letters that are concerned'),
  items: described(z.array(deadLetter), 'In a dry run the first 100 of them, in their order'),
  results: described(
    z.array(actionResult),
    'Up to the first whose event failed, at most 100; a message that can not be read stops nothing',
  ),
  tried: described(count, 'How many results there are'),
  done: described(count, 'Redriven, or discarded; not those that were gone already'),
  failed: count,
  notTried: described(count, 'Concerned and behind the last result: they are as they were'),
  left: described(count, 'Concerned and not done'),
});

export const auditRecord = z.object({
  at: z.iso.datetime(),
  actor: described(z.string(), 'The subject of the operator’s token'),
  action: z.enum(['redrive', 'discard']),
  deadLetter: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  result: z.enum(['done', 'failed']),
  detail: z.string().nullable(),
});
