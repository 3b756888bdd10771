import { createLogger } from '@mesh/tracing';
import { expect, it, vi } from 'vitest';
import { doWhatIsDue } from './do-what-is-due.js';
import { Lifecycle } from './lifecycle.js';
import type { Runtime } from './runtime.js';

const log = createLogger('test', { level: 'silent', format: 'json', secrets: [] });

function start(next: () => Promise<boolean>) {
  const lifecycle = new Lifecycle(log);
  const told = vi.spyOn(log, 'error');
  doWhatIsDue({ lifecycle, log } as Runtime, { name: 'timer', everyMs: 1, next });
  return { lifecycle, told };
}

it('does all that is due, one after the other, and looks again later', async () => {
  const due = ['a', 'b'];
  const done: string[] = [];
  const { lifecycle } = start(async () => {
    const one = due.shift();
    if (one !== undefined) done.push(one);
    return one !== undefined;
  });
  await vi.waitFor(() => expect(done).toEqual(['a', 'b']));
  due.push('c');
  await vi.waitFor(() => expect(done).toEqual(['a', 'b', 'c']));
  await lifecycle.stop();
});

it('given it fails, then says so and tries again', async () => {
  let tries = 0;
  const { lifecycle, told } = start(async () => {
    tries += 1;
    if (tries === 1) throw new Error('on purpose');
    return false;
  });
  await vi.waitFor(() => expect(tries).toBeGreaterThan(1));
  expect(told).toHaveBeenCalledTimes(1);
  await lifecycle.stop();
});

it('given the service stops, then ends what it is at and begins nothing more', async () => {
  const working = Promise.withResolvers<boolean>();
  const next = vi.fn(() => working.promise);
  const { lifecycle } = start(next);
  const stopped = lifecycle.stop();
  working.resolve(true);
  await stopped;
  expect(next).toHaveBeenCalledTimes(1);
});
