import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../delivery.js';
import { RejectedError } from '../errors.js';
import { deliveryOf, eventOf, handlingOf } from '../testing/handlings.js';
import { CircuitOpenError } from './circuit-open-error.js';
import { failureHistoryOf, retry, type FailedTry, type RetryOptions } from './retry.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** What becomes of one delivery that fails like this, try by try. */
function failing(options: RetryOptions, delivery: Delivery = deliveryOf(eventOf())) {
  return async (error: unknown): Promise<Error> => {
    const handle = retry(options)(() => Promise.reject(error as Error));
    return handle(handlingOf({ delivery })).then(
      () => new Error('It was handled'),
      (thrown: Error) => thrown,
    );
  };
}

describe('retry', () => {
  it('given a retryable failure, then asks for another try after a jittered pause', async () => {
    const error = new Error('Not now');
    const outcome = await failing({ minMs: 100 })(error);
    expect(outcome).toMatchObject({ name: 'RetryLaterError', counts: true, cause: error });
    expect((outcome as unknown as { retryInMs: number }).retryInMs).toBeLessThanOrEqual(100);
  });

  it('given who failed asks for a pause, then the subscription pauses for so long, and it is an attempt', async () => {
    const attempt = failing({ minMs: 100, attempts: 2 });
    const busy = Object.assign(new Error('Too many'), { retryAfterMs: 5000 });
    const paused = { counts: true, retryInMs: 5000, pauseIntakeMs: 5000 };
    expect(await attempt(busy)).toMatchObject(paused);
    expect(await attempt(busy)).toMatchObject({ reason: 'max-attempts' });
  });

  it('given the last attempt, then rejects with max-attempts and says what failed', async () => {
    const attempt = failing({ attempts: 3 });
    await attempt(new Error('one'));
    await attempt(new Error('two'));
    vi.setSystemTime(Date.now() + 1500);
    expect(await attempt(new Error('three'))).toMatchObject({
      name: 'RejectedError',
      reason: 'max-attempts',
      message: 'Failed 3 times in 1500 ms, at last with: three',
    });
  });

  it('tells each try that failed and is not the last, with the pause until the next', async () => {
    const told: FailedTry[] = [];
    const handling = handlingOf({ delivery: deliveryOf(eventOf(), { attempt: 2 }) });
    const error = new Error('Not now');
    const handle = retry({ attempts: 3 }, (failed) => told.push(failed))(() =>
      Promise.reject(error),
    );
    const thrown: unknown = await handle(handling).catch((reason: unknown) => reason);
    const { retryInMs } = thrown as { retryInMs: number };
    expect(thrown).toMatchObject({ name: 'RetryLaterError', told: true });
    expect(told).toEqual([{ handling, error, attempt: 2, attempts: 3, retryInMs }]);
    const last = handlingOf({ delivery: deliveryOf(eventOf(), { attempt: 3 }) });
    await expect(handle(last)).rejects.toMatchObject({ reason: 'max-attempts' });
    expect(told).toHaveLength(1);
  });

  it('given deliveries that the broker counted, then they count', async () => {
    const attempt = failing({ attempts: 3 }, deliveryOf(eventOf(), { attempt: 3 }));
    expect(await attempt(new Error('again'))).toMatchObject({ reason: 'max-attempts' });
  });

  it('given that the time is over, then rejects with max-attempts', async () => {
    const attempt = failing({ attempts: 100, forMs: 1000 });
    await attempt(new Error('one'));
    vi.setSystemTime(Date.now() + 999);
    expect(await attempt(new Error('two'))).toMatchObject({ name: 'RetryLaterError' });
    vi.setSystemTime(Date.now() + 1);
    expect(await attempt(new Error('three'))).toMatchObject({ reason: 'max-attempts' });
  });

  it('given an open circuit or a database that is away, then neither attempts nor time are used up', async () => {
    const delivery = deliveryOf(eventOf());
    const attempt = failing({ attempts: 2, forMs: 1000 }, delivery);
    await attempt(new Error('one'));
    expect(await attempt(new CircuitOpenError(700))).toMatchObject({
      name: 'RetryLaterError',
      counts: false,
      retryInMs: 700,
      pauseIntakeMs: 700,
    });
    vi.setSystemTime(Date.now() + 5000);
    expect(await attempt(Object.assign(new Error('away'), { waiting: true }))).toMatchObject({
      counts: false,
      pauseIntakeMs: undefined,
    });
    expect(failureHistoryOf(delivery)?.attempts).toBe(1);
    expect(await attempt(new Error('two'))).toMatchObject({ reason: 'max-attempts' });
  });

  it('given a permanent failure, then rejects it at the first try', async () => {
    const cause = Object.assign(new Error('out of range'), { code: '22003', severity: 'ERROR' });
    expect(await failing({})(cause)).toMatchObject({
      reason: 'rejected',
      message: 'out of range',
      cause,
    });
  });

  it('given a rejection with a reason, then keeps it', async () => {
    const rejection = new RejectedError('expired', 'Too late');
    expect(await failing({})(rejection)).toBe(rejection);
  });
});
