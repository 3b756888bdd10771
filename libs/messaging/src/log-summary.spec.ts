import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { summarized } from './log-summary.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setting() {
  const said: [string, number][] = [];
  const say = summarized<string>({
    windowMs: 1000,
    kindOf: (line) => line.slice(0, 1),
    say: (line, count) => said.push([line, count]),
  });
  return { said, say };
}

it('given ten thousand lines of a kind, then says the first at once and the others in one', () => {
  const { said, say } = setting();
  for (let n = 1; n <= 10_000; n++) say(`a${n}`);
  expect(said).toEqual([['a1', 1]]);
  vi.advanceTimersByTime(1000);
  expect(said).toEqual([
    ['a1', 1],
    ['a10000', 9999],
  ]);
});

it('given another kind, or a line after a quiet time, then says it at once', () => {
  const { said, say } = setting();
  say('a1');
  say('b1');
  vi.advanceTimersByTime(1000);
  say('a2');
  expect(said).toEqual([
    ['a1', 1],
    ['b1', 1],
    ['a2', 1],
  ]);
});
