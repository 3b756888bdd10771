import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ending } from './ending.js';

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(() => void process.on('unhandledRejection', note));
afterEach(() => void process.off('unhandledRejection', note));

const failing = () => Promise.reject(new Error('The work failed'));
const turn = () => new Promise((next) => setImmediate(next));

it('given work that ends first, then what it gives', async () => {
  const ending = new Ending(new AbortController().signal);
  await expect(ending.race(Promise.resolve(1))).resolves.toBe(1);
  await expect(ending.race(failing())).rejects.toThrow('The work failed');
});

it('given the end, before or meanwhile, then its reason, and work that fails later bothers nobody', async () => {
  const end = new AbortController();
  const ending = new Ending(end.signal);
  const work = Promise.withResolvers<never>();
  const waiting = ending.race(work.promise);
  end.abort(new Error('The caller left'));
  work.reject(new Error('The work failed'));
  await expect(waiting).rejects.toThrow('The caller left');
  await expect(ending.race(failing())).rejects.toThrow('The caller left');
  await turn();
  expect(unhandled).toEqual([]);
});
