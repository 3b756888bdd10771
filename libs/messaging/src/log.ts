import type { FailedAttempt } from './dispatch/dispatcher.js';

/** Takes what a transport has to say: a constant message, variable fields, never a payload. */
export type MessagingLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** Says each failed try: as a warning once the delivery is in trouble for good, else as a debug line. */
export function logFailedAttempts(log: MessagingLog): (failed: FailedAttempt) => void {
  return ({ delivery, error, reason, retryInMs }) => {
    const { source, group, position, attempt } = delivery;
    const level = reason !== null || attempt % 5 === 0 ? 'warn' : 'debug';
    const message = reason === null ? 'Delivery failed' : 'Delivery goes to dead letters';
    log(level, message, { source, group, position, attempt, reason, retryInMs, err: error });
  };
}
