import { postgresRefusalOf } from '@mesh/messaging';
import { refusalOf } from '@mesh/outbox';
import { AppError } from '../errors/app-error.js';

// SQLSTATEs after which the same statement may succeed: connection lost or refused, server starting
// or stopping, too many connections, serialization failure, deadlock, statement cancelled by timeout.
const retryableStates = /^(08|57P0|53|40001|40P01|55P03|57014)/;
const socketCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
]);
// What pg throws without a code.
const messages =
  /connection terminated|timeout exceeded when trying to connect|not queryable|Client was closed/i;

/** Waits for the database rather than using up the attempts of an event. */
export class DatabaseUnavailableError extends AppError {
  readonly waiting = true;

  constructor(options: ErrorOptions) {
    super('UNAVAILABLE', 'The database is not available right now', options);
  }
}

/**
 * The database does not let us in, or is not trusted: like one that is away to a caller and to an event,
 * which wait until someone has acted. What to do is in `reason`, for logs and readiness.
 */
export class DatabaseRefusedError extends DatabaseUnavailableError {
  constructor(
    readonly reason: string,
    options: ErrorOptions,
  ) {
    super(options);
  }
}

/**
 * The error of a statement: as UNAVAILABLE when the database rather than the statement is the reason, as
 * one of the outbox when that takes nothing.
 */
export function translateDatabaseError(error: unknown): unknown {
  const refusal = postgresRefusalOf(error);
  if (refusal !== null) return new DatabaseRefusedError(refusal, { cause: error });
  if (!isUnavailable(error)) return refusalOf(error) ?? error;
  return new DatabaseUnavailableError({ cause: error });
}

/** Whether a later try may succeed without any change. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  // A migration changed what a prepared statement returns: on another connection it is prepared anew.
  if (code === '0A000' && routine === 'RevalidateCachedQuery') return true;
  if (typeof code === 'string' && (socketCodes.has(code) || retryableStates.test(code)))
    return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return code === undefined && messages.test(error.message);
}
