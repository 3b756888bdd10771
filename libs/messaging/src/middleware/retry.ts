import { fullJitterMs } from '../dispatch/backoff.js';
import { RetryLaterError } from '../dispatch/retry-later-error.js';
import { asError } from '../dispatch/verdict.js';
import type { Delivery } from '../delivery.js';
import { RejectedError } from '../errors.js';
import { CircuitOpenError } from './circuit-open-error.js';
import { failureKindOf, retryAfterMsOf } from './failure-kind.js';
import type { EventMiddleware, Handling } from './handling.js';

/** How long and how often an event is tried before it becomes a dead letter; the first limit that is reached counts. */
export interface RetryOptions {
  /**
   * Tries, the first one included. More outlasts longer disturbances; the key of a poisonous event
   * waits longer. @default 20
   */
  readonly attempts?: number;
  /** Milliseconds from the first failure on, without the time in which a breaker was open. @default 600000 */
  readonly forMs?: number;
  /** Milliseconds: the longest first pause; each further one may be twice as long. @default 100 */
  readonly minMs?: number;
  /** Milliseconds: the longest pause of all. More spares what is down, and finds out later that it is up. @default 30000 */
  readonly maxMs?: number;
}

/** A try that failed and counts, and is not the last. */
export interface FailedTry {
  readonly handling: Handling;
  readonly error: Error;
  /** From 1. */
  readonly attempt: number;
  /** Of so many at most. */
  readonly attempts: number;
  /** Until the next. */
  readonly retryInMs: number;
}

interface Trouble {
  readonly since: number;
  usedMs: number;
  /** When the last try that counts failed; 0 when the last one did not count. */
  countedAt: number;
  attempts: number;
  /** In a row, without an attempt. */
  waits: number;
}

/** What a delivery has been through in this process; for the record of a dead letter. */
export interface FailureHistory {
  /** Milliseconds since the epoch. */
  readonly firstFailedAt: number;
  readonly attempts: number;
}

const troubles = new WeakMap<Delivery, Trouble>();

/** Of a delivery that failed; undefined when it did not. */
export function failureHistoryOf(delivery: Delivery): FailureHistory | undefined {
  const trouble = troubles.get(delivery);
  return trouble && { firstFailedAt: trouble.since, attempts: trouble.attempts };
}

const waitingPause = { minMs: 50, maxMs: 2000 };

/**
 * Tells a failure that another try may mend from one that it can't.
 *
 * A retryable failure is delivered again in its place after an exponential pause with full jitter:
 * later events of its key wait, other keys go on. A permanent one, or one beyond the limits, is
 * rejected: `max-attempts` for the limits. An event that only waits (its database is away, a breaker
 * is open) is tried again without end, and no attempt is counted. An error with `retryAfterMs` pauses
 * the whole subscription for so long, or the event for its own pause when that is longer.
 *
 * With `onFailedTry` the transport no longer warns of what fails; telling is the caller's.
 * @throws RetryLaterError, RejectedError
 */
export function retry(
  options: RetryOptions = {},
  onFailedTry?: (failed: FailedTry) => void,
): EventMiddleware {
  const { attempts = 20, forMs = 600_000, minMs = 100, maxMs = 30_000 } = options;
  return (next) => async (handling) => {
    const { delivery } = handling;
    try {
      return await next(handling);
    } catch (thrown) {
      const error = asError(thrown);
      const trouble = troubleOf(delivery);
      if (error instanceof CircuitOpenError) {
        trouble.countedAt = 0;
        const { reopensInMs } = error;
        throw new RetryLaterError(error, {
          retryInMs: reopensInMs,
          pauseIntakeMs: reopensInMs,
          counts: false,
        });
      }
      const kind = failureKindOf(error);
      if (kind === 'waiting') {
        trouble.countedAt = 0;
        trouble.waits += 1;
        const retryInMs = fullJitterMs(waitingPause, trouble.waits);
        throw new RetryLaterError(error, { retryInMs, counts: false });
      }
      count(trouble);
      if (kind === 'permanent') throw rejected(error);
      const tried = Math.max(trouble.attempts, delivery.attempt);
      if (tried >= attempts || trouble.usedMs >= forMs) throw exhausted(error, tried, trouble);
      const askedMs = retryAfterMsOf(error);
      const retryInMs = Math.max(askedMs, fullJitterMs({ minMs, maxMs }, tried));
      onFailedTry?.({ handling, error, attempt: tried, attempts, retryInMs });
      throw new RetryLaterError(error, {
        ...{ retryInMs, told: onFailedTry !== undefined },
        ...(askedMs > 0 && { pauseIntakeMs: askedMs }),
      });
    }
  };
}

function troubleOf(delivery: Delivery): Trouble {
  let trouble = troubles.get(delivery);
  if (trouble === undefined) {
    trouble = { since: Date.now(), usedMs: 0, countedAt: 0, attempts: 0, waits: 0 };
    troubles.set(delivery, trouble);
  }
  return trouble;
}

function count(trouble: Trouble): void {
  const now = Date.now();
  if (trouble.countedAt > 0) trouble.usedMs += now - trouble.countedAt;
  trouble.countedAt = now;
  trouble.attempts += 1;
  trouble.waits = 0;
}

function rejected(error: Error): Error {
  if (error instanceof RejectedError || error.name === 'EnvelopeError') return error;
  return new RejectedError('rejected', error.message, { cause: error });
}

function exhausted(error: Error, tried: number, { since }: Trouble): RejectedError {
  const message = `Failed ${tried} times in ${Date.now() - since} ms, at last with: ${error.message}`;
  return new RejectedError('max-attempts', message, { cause: error });
}
