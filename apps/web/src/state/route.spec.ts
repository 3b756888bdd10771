import { expect, it } from 'vitest';
import { hashOf, parseRoute, type Route } from './route.js';

it.each<Route>([
  { view: 'shop' },
  { view: 'shop', orderId: '01-abc' },
  { view: 'operator' },
  { view: 'operator', letter: { service: 'inventory', id: '3/4' } },
])('given %j, when its address is opened again, then it is the same', (there) => {
  expect(parseRoute(hashOf(there))).toEqual(there);
});

it.each(['', '#', '#/', '#/nowhere', '#/orders/', '#/orders/%E0%A4%A'])(
  'given the address %j, then it is the shop',
  (hash) => expect(parseRoute(hash)).toEqual({ view: 'shop' }),
);
