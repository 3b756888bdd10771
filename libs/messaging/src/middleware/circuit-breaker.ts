import {
  BrokenCircuitError,
  circuitBreaker as breakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { CircuitOpenError } from './circuit-open-error.js';
import { failureKindOf, retryAfterMsOf } from './failure-kind.js';
import type { EventMiddleware } from './handling.js';

/** When a handler's failures are taken to say that what it calls is down. */
export interface BreakerOptions {
  /**
   * Retryable failures in a row, over all events of the handler. Fewer spare what is down; too few
   * open for a single event that is slow. @default 5
   */
  readonly failures?: number;
  /** Milliseconds of pause before one event tests again. Longer spares what is down, and wakes later. @default 10000 */
  readonly pauseMs?: number;
}

/**
 * Pauses the subscription while what the handler calls is down, instead of burning the attempts of
 * one event after the other: what runs goes on, nothing new is handed over, the broker waits when the
 * window is full. After the pause one event tests; the others follow when it succeeds. Neither a
 * failed test nor what was refused counts as an attempt. An error with `retryAfterMs` lengthens the pause.
 *
 * The whole subscription pauses, also for the other handlers of its group and stream: give a handler
 * with a breaker a group of its own when they should go on.
 * @throws CircuitOpenError
 */
export function circuitBreaker(
  options: BreakerOptions = {},
  onChange: (state: 'open' | 'closed') => void = () => {},
): EventMiddleware {
  const { failures = 5, pauseMs = 10_000 } = options;
  const policy = breakerPolicy(
    handleWhen((error) => failureKindOf(error) === 'retryable'),
    { halfOpenAfter: pauseMs, breaker: new ConsecutiveBreaker(failures) },
  );
  let reopensAt = 0;
  let lastFailure: unknown;
  policy.onBreak(() => {
    reopensAt = Math.max(reopensAt, Date.now() + pauseMs);
    onChange('open');
  });
  policy.onReset(() => onChange('closed'));
  const isClosed = () => policy.state === CircuitState.Closed;
  const open = (cause: unknown) =>
    new CircuitOpenError(Math.max(1, reopensAt - Date.now()), { cause });
  return (next) => async (handling) => {
    const tested = !isClosed();
    try {
      return await policy.execute(() => next(handling), handling.signal);
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw open(lastFailure ?? error);
      if (failureKindOf(error) !== 'retryable') throw error;
      lastFailure = error;
      reopensAt = Math.max(reopensAt, Date.now() + retryAfterMsOf(error));
      // The failure that opened the circuit was an attempt; the one of a test is not.
      if (tested && !isClosed()) throw open(error);
      throw error;
    }
  };
}
