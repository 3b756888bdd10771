import { describe, expect, it } from 'vitest';
import { act, summaryOf, type Counts } from './traffic.js';

/** A shop with one thing, which remembers what it was asked. */
function shop({ available = 10, accepts = true } = {}) {
  const asked: unknown[] = [];
  const answer = (what: unknown[]) => {
    asked.push(what);
    return accepts;
  };
  return {
    asked,
    stock: async () => [{ sku: 'TEA', available }],
    place: async (lines: unknown) => (answer(['place', lines]) ? 'o-1' : undefined),
    cancel: async (orderId: string) => answer(['cancel', orderId]),
    setStock: async (sku: string, quantity: number) => answer(['set', sku, quantity]),
  };
}

const drawn = (...numbers: number[]) => {
  const left = [...numbers];
  return () => left.shift() ?? 0.99;
};

describe('one act of the demo', () => {
  it.each([
    [
      'a small order',
      {},
      drawn(0, 0.9, 0.5),
      [['place', [{ sku: 'TEA', quantity: 2 }]]],
      '1 orders',
    ],
    [
      'an order for more than there is',
      {},
      drawn(0, 0.2, 0.5),
      [['place', [{ sku: 'TEA', quantity: 12 }]]],
      '1 orders',
    ],
    [
      'an order that is cancelled',
      {},
      drawn(0, 0.9, 0, 0),
      [
        ['place', [{ sku: 'TEA', quantity: 1 }]],
        ['cancel', 'o-1'],
      ],
      '1 orders, 1 cancelled',
    ],
    ['a change of stock', {}, drawn(0, 0, 0.5), [['set', 'TEA', 100]], '1 changes of stock'],
    [
      'new stock for what is sold out',
      { available: 0 },
      drawn(0, 0.9, 0.5),
      [['set', 'TEA', 100]],
      '1 changes of stock',
    ],
    [
      'an order that is refused',
      { accepts: false },
      drawn(0, 0.9, 0.5),
      [['place', [{ sku: 'TEA', quantity: 2 }]]],
      '1 refused',
    ],
  ])('is %s', async (_, told, chance, asked, said) => {
    const counts: Counts = new Map();
    const visitor = shop(told);
    await act(visitor, counts, chance);
    expect(visitor.asked).toEqual(asked);
    expect(summaryOf(counts)).toBe(said);
  });
});
