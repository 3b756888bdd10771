import { RejectedError, type DeadLetterReason } from '../errors.js';

/** Why a delivery that failed with this error can never be handled; null when another try may succeed. */
export function deadLetterReasonOf(error: unknown): DeadLetterReason | null {
  if (error instanceof RejectedError) return error.reason;
  if (error instanceof Error && error.name === 'EnvelopeError') return 'undecodable';
  return null;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`Not an Error was thrown: ${String(thrown)}`);
}
