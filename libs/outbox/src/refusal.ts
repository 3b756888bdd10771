import { REFUSED } from '@mesh/pg-log';
import { OutboxClosedError, OutboxFullError, type OutboxError } from './errors.js';

const RETRY_AFTER_MS = 1000;

/**
 * What the database refused an append with, as an error of this lib. It may come with the commit, where
 * a connection does not wait for the answer of the append.
 */
export function refusalOf(error: unknown): OutboxError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case REFUSED.full:
      return new OutboxFullError(error.message, RETRY_AFTER_MS);
    case REFUSED.lost:
    case REFUSED.closed:
      return new OutboxClosedError(error.message, { cause: error });
    default:
      return undefined;
  }
}
