import { expect, it } from 'vitest';
import { Pace } from './live-pace.js';

const hear = (pace: Pace, times: number, now: number) => {
  for (let one = 0; one < times; one += 1) pace.heard(now);
};

it('given less than may be sent in a second, then does not rest', () => {
  const pace = new Pace(10);
  for (const second of [0, 1, 2]) hear(pace, 9, second * 1000);
  expect(pace.restMs(2000)).toBe(0);
});

it('given as much as may be sent, then rests until the second ends', () => {
  const pace = new Pace(10);
  hear(pace, 9, 0);
  hear(pace, 1, 400);
  expect(pace.restMs(400)).toBe(600);
  expect(pace.restMs(1000)).toBe(0);
  hear(pace, 9, 1000);
  expect(pace.restMs(1000)).toBe(0);
});

it('given more at once than may be sent, then rests for as long as that would have taken', () => {
  const pace = new Pace(10);
  hear(pace, 35, 0);
  expect(pace.restMs(1500)).toBe(2000);
  hear(pace, 5, 1500);
  expect(pace.restMs(1500)).toBe(2500);
  expect(pace.restMs(4000)).toBe(0);
});
