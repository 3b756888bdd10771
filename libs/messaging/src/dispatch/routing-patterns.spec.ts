import { expect, it } from 'vitest';
import { matcherOf } from './routing-patterns.js';

it.each([
  [['#'], 'anything.at.all', true],
  [['email.#'], 'email', true],
  [['email.#'], 'email.order_confirmed.now', true],
  [['email.#'], 'emails.order', false],
  [['email.*'], 'email.order', true],
  [['email.*'], 'email', false],
  [['email.*'], 'email.order.now', false],
  [['*.order'], 'email.order', true],
  [['#.order'], 'order', true],
  [['#.order'], 'a.b.order', true],
  [['browser.#', 'stock.#'], 'stock.SKU-1', true],
  [['browser.#', 'stock.#'], 'email.order', false],
  [['a+b.c'], 'aab.c', false],
])('patterns %j on %s: %s', (patterns, routingKey, matches) => {
  expect(matcherOf(patterns)(routingKey)).toBe(matches);
});
