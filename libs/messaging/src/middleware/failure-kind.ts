import { RejectedError } from '../errors.js';

/**
 * What a failure says about trying again.
 * - `permanent`: the same try fails for ever: a {@link RejectedError}, an error with `retryable: false`,
 *   or a PostgreSQL error of class 22 (data), 23 (constraint) or 54 (a limit of the server, such as that of
 *   an index entry).
 * - `waiting`: what the handler stands on is away, not the event at fault: tried again for as long as it
 *   takes, and no attempt is counted. An error with `waiting: true`.
 * - `retryable`: everything else; another try may succeed.
 */
export type FailureKind = 'permanent' | 'waiting' | 'retryable';

interface Details extends Error {
  readonly code: unknown;
  readonly severity: unknown;
  readonly retryable: unknown;
  readonly waiting: unknown;
}

const sqlState = /^[0-9A-Z]{5}$/;
const dataError = /^(22|23|54)/;

/** Tells by an error's class, `retryable`, `waiting` and SQLSTATE what {@link FailureKind} it is; what nobody knows is retryable. */
export function failureKindOf(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'retryable';
  if (error instanceof RejectedError || error.name === 'EnvelopeError') return 'permanent';
  const { code, severity, retryable, waiting } = error as Partial<Details>;
  if (waiting === true) return 'waiting';
  if (typeof retryable === 'boolean') return retryable ? 'retryable' : 'permanent';
  // `severity` is what pg's errors have and other errors with five-letter codes do not.
  if (severity !== undefined && typeof code === 'string' && sqlState.test(code))
    return dataError.test(code) ? 'permanent' : 'retryable';
  return 'retryable';
}

/**
 * Milliseconds for which whoever failed asked to be left alone: an error's `retryAfterMs`, such as from
 * HTTP's Retry-After. 0 when nothing was asked.
 */
export function retryAfterMsOf(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  const { retryAfterMs } = error as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? retryAfterMs : 0;
}
