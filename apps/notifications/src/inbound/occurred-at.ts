import type { ReceivedEvent } from '@mesh/service-kit';

/** When it happened; from producers that do not say, when they told. */
export function occurredAt(event: ReceivedEvent<{ readonly occurredAt: Date | undefined }>): Date {
  return event.data.occurredAt ?? new Date(event.time ?? Date.now());
}
