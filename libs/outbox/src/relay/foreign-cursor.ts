import { LogError } from '@mesh/pg-log';

/** Whether a relay ended for a cursor of another database: then it can go on once that is reset. */
export function isForeignCursor(error: unknown): boolean {
  return error instanceof LogError && error.code === 'CURSOR_FOREIGN';
}

/** Whether a relay ended for something that an operator brings in order: then it can go on after that. */
export function isRecoverable(error: unknown): boolean {
  return isForeignCursor(error) || (error instanceof LogError && error.code === 'SLOT_LOST');
}

/** The error of a relay that ended, with what an operator does about it; `service` as the command knows it. */
export function explained(error: Error, service: string): Error {
  if (!(error instanceof LogError) || !isRecoverable(error)) return error;
  const from = isForeignCursor(error) ? '--from start, or --from end' : '--from end';
  return new LogError(
    error.code,
    `${error.message}. For the outbox: npm run mesh -- outbox reset --service ${service} ${from}; npm run mesh -- outbox status tells more`,
    false,
    { cause: error },
  );
}
