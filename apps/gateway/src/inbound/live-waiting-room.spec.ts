import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveWaitingRoom } from './live-waiting-room.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function room(capacity: number) {
  const dismissed: string[] = [];
  const made = new LiveWaitingRoom({ capacity, timeoutMs: 1000 });
  const enter = (name: string) => {
    const stranger = { dismiss: (message: string) => dismissed.push(`${name}: ${message}`) };
    made.enter(stranger);
    return stranger;
  };
  return { made, enter, dismissed };
}

it('given who does not say who he is in time, then dismisses him, each at his own time', () => {
  const { enter, dismissed, made } = room(10);
  enter('a');
  vi.advanceTimersByTime(600);
  enter('b');
  const known = enter('c');
  made.leave(known);
  vi.advanceTimersByTime(400);
  expect(dismissed).toEqual(['a: Say who you are within 1000 ms']);
  vi.advanceTimersByTime(600);
  expect(dismissed).toHaveLength(2);
  expect(made.size).toBe(0);
});

it('given more than it holds, then the oldest goes', () => {
  const { enter, dismissed, made } = room(2);
  for (const name of ['a', 'b', 'c']) enter(name);
  expect(dismissed).toEqual(['a: Too many connections have not said who they are']);
  expect(made.size).toBe(2);
  made.close();
  vi.advanceTimersByTime(5000);
  expect(dismissed).toHaveLength(1);
});
