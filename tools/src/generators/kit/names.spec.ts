import { expect, it } from 'vitest';
import { namesOf } from './names.js';

it.each(['stockItem', 'StockItem', 'stock-item', 'stock_item', 'stock item'])(
  'given %s, then has every form of it',
  (given) => {
    expect(namesOf(given)).toEqual({
      kebab: 'stock-item',
      pascal: 'StockItem',
      camel: 'stockItem',
      snake: 'stock_item',
      upper: 'STOCK_ITEM',
      words: 'stock item',
    });
  },
);

it.each(['', '1st', 'a/b', 'ärger', '../x', 'a-1'])('given %j, then says what to give', (given) => {
  expect(() => namesOf(given)).toThrow(`"${given}" is no name: give words of letters and digits`);
});
