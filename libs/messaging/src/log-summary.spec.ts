import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { summarized } from './log-summary.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setting() {
  const said: [string, number][] = [];
  const say = summarized<string>({
    quietMs: 1000,
    atMostMs: 5000,
    kindOf: (line) => line.slice(0, 1),
    say: (line, count) => said.push([line, count]),
  });
  return { said, say };
}

it('given ten thousand lines of a kind, then says one, with their count, when it is quiet', () => {
  const { said, say } = setting();
  for (let n = 1; n <= 10_000; n++) {
    say(`a${n}`);
    if (n % 5000 === 0) vi.advanceTimersByTime(999);
  }
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(said).toEqual([['a10000', 10_000]]);
});

it('given lines that do not end, then says how many there were again and again', () => {
  const { said, say } = setting();
  for (let n = 1; n <= 100; n++) {
    say(`a${n}`);
    vi.advanceTimersByTime(100);
  }
  expect(said).toEqual([
    ['a49', 49],
    ['a98', 49],
  ]);
});

it('given another kind, or a line after a quiet time, then says it apart', () => {
  const { said, say } = setting();
  say('a1');
  say('b1');
  vi.advanceTimersByTime(1000);
  say('a2');
  vi.advanceTimersByTime(1000);
  expect(said).toEqual([
    ['a1', 1],
    ['b1', 1],
    ['a2', 1],
  ]);
});
