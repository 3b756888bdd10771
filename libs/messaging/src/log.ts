import type { FailedAttempt } from './dispatch/dispatcher.js';
import { summarized } from './log-summary.js';

/** Takes what a transport has to say: a constant message, variable fields, never a payload. */
export type MessagingLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/**
 * Says each failed try: as a debug line, every fifth of a delivery as a warning unless somebody else
 * says it, and a delivery that goes to dead letters as a warning, one with a count where there are many.
 */
export function logFailedAttempts(log: MessagingLog): (failed: FailedAttempt) => void {
  const dead = summarized<FailedAttempt>({
    kindOf: ({ delivery: { source, group }, reason }) => `${source} ${group} ${reason}`,
    say: (failed, count) =>
      log('warn', 'Deliveries go to dead letters', { ...fieldsOf(failed), count }),
  });
  return (failed) => {
    if (failed.reason !== null) return dead(failed);
    const level = failed.delivery.attempt % 5 === 0 && !failed.told ? 'warn' : 'debug';
    log(level, 'Delivery failed', fieldsOf(failed));
  };
}

function fieldsOf({ delivery, error, reason, retryInMs }: FailedAttempt) {
  const { source, group, position, attempt } = delivery;
  return { source, group, position, attempt, reason, retryInMs, err: error };
}
