import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSubscription } from './live-messages.js';

const usage = 'Send {orderId, afterVersion}, {feed: "orders", cursor?} or {feed: "stock"}';

describe('parseSubscription', () => {
  it.each([
    [
      { orderId: 'a-1', afterVersion: 3 },
      { orderId: 'a-1', afterVersion: 3 },
    ],
    [{ orderId: 'a-1' }, { orderId: 'a-1', afterVersion: 0 }],
    [{ feed: 'orders' }, { feed: 'orders', cursor: undefined }],
    [
      { feed: 'orders', cursor: null },
      { feed: 'orders', cursor: undefined },
    ],
    [
      { feed: 'orders', cursor: 'x' },
      { feed: 'orders', cursor: 'x' },
    ],
    [{ feed: 'stock' }, { feed: 'stock' }],
  ])('takes %j', (message, expected) => {
    expect(parseSubscription(message)).toEqual(expected);
  });

  it.each([
    [undefined, usage],
    ['orders', usage],
    [[], usage],
    [{ feed: 'all' }, usage],
    [{ orderId: 5 }, 'orderId: must be a string'],
    [{ orderId: '../../etc' }, 'orderId: must be the id of an order'],
    [{ orderId: 'a', afterVersion: -1 }, 'afterVersion: must be a whole number from 0'],
    [{ orderId: 'a', afterVersion: 1.5 }, 'afterVersion: must be a whole number from 0'],
    [{ orderId: 'a', feed: 'orders' }, 'Unknown field "feed"'],
    [{ feed: 'orders', cursor: 7 }, 'cursor: must be a string'],
    [{ feed: 'stock', sku: 'x' }, 'Unknown field "sku"'],
  ])('refuses %j and says why', (message, fault) => {
    expect(parseSubscription(message)).toEqual({ fault });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(parseSubscription(message)).toBeTypeOf('object');
      }),
    );
  });
});
