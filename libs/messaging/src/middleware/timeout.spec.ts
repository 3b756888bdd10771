import { describe, expect, it } from 'vitest';
import { deliveryOf, eventOf, handlingOf } from '../testing/handlings.js';
import { timeout } from './timeout.js';

describe('timeout', () => {
  it('given a handler that ends in time, then its result is kept', async () => {
    expect(await timeout(1000)(async () => 'done')(handlingOf())).toBe('done');
  });

  it('given a handler that takes longer, then fails retryably and aborts its signal', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const outcome = timeout(5)((handling) => {
      handling.signal.addEventListener('abort', () => aborted.resolve(handling.signal.reason));
      return new Promise(() => {});
    })(handlingOf());
    await expect(outcome).rejects.toMatchObject({
      code: 'HANDLER_TIMEOUT',
      message: 'The handler of mesh.probe.v1.JobCancelled took longer than 5 ms',
      retryable: true,
    });
    expect(await aborted.promise).toMatchObject({ code: 'HANDLER_TIMEOUT' });
  });

  it('given a delivery that is lost, then the signal says so', async () => {
    const lost = new AbortController();
    const delivery = deliveryOf(eventOf(), { signal: lost.signal });
    const handle = timeout(1000)(async ({ signal }) => {
      lost.abort();
      expect(signal.aborted).toBe(true);
      return 'done';
    });
    await handle(handlingOf({ delivery, signal: lost.signal }));
    expect.assertions(1);
  });
});
