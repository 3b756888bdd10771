import { expect, test } from 'vitest';
import { StatementNames } from './statement-names.js';

test('given texts, when asked again, then each has its own name', () => {
  const names = new StatementNames();
  expect([names.of('select 1'), names.of('select 2'), names.of('select 1')]).toEqual([
    'kit-1',
    'kit-2',
    'kit-1',
  ]);
});

test('given as many as there may be, when asked for another text, then it stays without a name', () => {
  const names = new StatementNames(1);
  names.of('select 1');
  expect(names.of('select 2')).toBeUndefined();
  expect(names.of('select 1')).toBe('kit-1');
});
