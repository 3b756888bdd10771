import type { ReplayFrom } from '@mesh/messaging';
import { z } from 'zod';

const from = z.union([
  z.literal('start').transform((): ReplayFrom => ({ kind: 'start' })),
  z.iso
    .datetime({ offset: true })
    .refine((time) => Date.parse(time) >= 0)
    .transform((time): ReplayFrom => ({ kind: 'time', time: new Date(time) })),
  z
    .string()
    .regex(/^\d{1,9}:\d{1,18}$/)
    .transform((text): ReplayFrom => {
      const [partition, offset] = text.split(':') as [string, string];
      return { kind: 'offset', partition: Number(partition), offset };
    }),
]);

/** The body of `POST /replays` and `POST /replays/plan`. */
export const replayBody = z.strictObject({
  group: z.string().min(1),
  stream: z.string().min(1),
  /** `start`, a time of ISO 8601 with its zone, or `partition:offset`. */
  from: z.string().refine((text) => from.safeParse(text).success, {
    error: 'start, a time such as 2026-11-21T14:00:00Z, or partition:offset',
  }),
  /** Handle again what was handled before. */
  again: z.boolean().default(false),
});

export type ReplayRequest = z.output<typeof replayBody>;

export function originOf(request: ReplayRequest): ReplayFrom {
  return from.parse(request.from);
}

export const replaysQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
