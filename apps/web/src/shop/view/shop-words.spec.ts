import { expect, it } from 'vitest';
import { because } from './shop-words.js';

it('given a reason that is new here, then it is readable at least', () => {
  expect(because('SOLD_OUT')).toBe('sold out');
});
