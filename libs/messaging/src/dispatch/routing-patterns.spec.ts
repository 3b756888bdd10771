import { expect, it } from 'vitest';
import { matcherOf } from './routing-patterns.js';

it.each([
  [['#'], 'anything.at.all', true],
  [['email.#'], 'email', true],
  [['email.#'], 'email.job_confirmed.now', true],
  [['email.#'], 'emails.job', false],
  [['email.*'], 'email.job', true],
  [['email.*'], 'email', false],
  [['email.*'], 'email.job.now', false],
  [['*.job'], 'email.job', true],
  [['#.job'], 'job', true],
  [['#.job'], 'a.b.job', true],
  [['browser.#', 'gauge.#'], 'gauge.gauge-1', true],
  [['browser.#', 'gauge.#'], 'email.job', false],
  [['a+b.c'], 'aab.c', false],
])('patterns %j on %s: %s', (patterns, routingKey, matches) => {
  expect(matcherOf(patterns)(routingKey)).toBe(matches);
});
