import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RejectedError } from '../errors.js';
import { handlingOf } from '../testing/handlings.js';
import { circuitBreaker } from './circuit-breaker.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

function setting() {
  const states: string[] = [];
  const world = { down: true, calls: 0, error: () => new Error('Down') as Error };
  const handle = circuitBreaker({ failures: 3, pauseMs: 1000 }, (state) => states.push(state))(
    async () => {
      world.calls += 1;
      if (world.down) throw world.error();
      return 'done';
    },
  );
  const fail = () => handle(handlingOf()).catch((error: Error) => error);
  return { world, states, handle: () => handle(handlingOf()), fail };
}

describe('circuitBreaker', () => {
  it('given failures in a row, then opens, and tries nothing more until its pause is over', async () => {
    const { world, states, fail } = setting();
    for (let failure = 0; failure < 3; failure++)
      expect(await fail()).toMatchObject({ message: 'Down' });
    expect(await fail()).toMatchObject({
      code: 'CIRCUIT_OPEN',
      message: 'The circuit is open for another 1000 ms',
      cause: { message: 'Down' },
    });
    expect(world.calls).toBe(3);
    expect(states).toEqual(['open']);
  });

  it('given the pause is over, then one event tests; its failure opens again and is no attempt', async () => {
    const { world, fail } = setting();
    for (let failure = 0; failure < 3; failure++) await fail();
    vi.setSystemTime(Date.now() + 1000);
    const outcomes = await Promise.all([fail(), fail(), fail()]);
    expect(outcomes.map((error) => (error as { code?: string }).code)).toEqual(
      Array.from({ length: 3 }, () => 'CIRCUIT_OPEN'),
    );
    expect(world.calls).toBe(4);
  });

  it('given a failure that asks for a longer pause, then stays open for so long', async () => {
    const { world, fail } = setting();
    world.error = () => Object.assign(new Error('Busy'), { retryAfterMs: 60_000 });
    for (let failure = 0; failure < 3; failure++) await fail();
    expect(await fail()).toMatchObject({ code: 'CIRCUIT_OPEN', reopensInMs: 60_000 });
  });

  it('given the test succeeds, then everything goes on', async () => {
    const { world, states, handle, fail } = setting();
    for (let failure = 0; failure < 3; failure++) await fail();
    vi.setSystemTime(Date.now() + 1000);
    world.down = false;
    expect(await Promise.all([handle(), handle(), handle()])).toEqual(['done', 'done', 'done']);
    expect(states).toEqual(['open', 'closed']);
  });

  it('given permanent failures, then stays closed: they say nothing about what is called', async () => {
    const { world, fail } = setting();
    world.error = () => new RejectedError('rejected', 'Never');
    for (let failure = 0; failure < 10; failure++)
      expect(await fail()).toMatchObject({ message: 'Never' });
    expect(world.calls).toBe(10);
  });
});
