import { LogError } from '@mesh/pg-log';

/** Whether a relay ended for a cursor of another database: then it can go on once that is reset. */
export function isForeignCursor(error: unknown): boolean {
  return error instanceof LogError && error.code === 'CURSOR_FOREIGN';
}

/** The error of a relay that ended, with what an operator does about it. */
export function explained(error: Error): Error {
  if (!isForeignCursor(error)) return error;
  return new LogError(
    'CURSOR_FOREIGN',
    `${error.message}. For the outbox of a service: npm run mesh -- outbox reset --service S --from start, or --from end; npm run mesh -- outbox status tells more`,
    false,
    { cause: error },
  );
}

/** Whether a relay ended for something that an operator brings in order: then it can go on after that. */
export function isRecoverable(error: unknown): boolean {
  return isForeignCursor(error) || (error instanceof LogError && error.code === 'SLOT_LOST');
}
