import { expect, it } from 'vitest';
import { formAt, formsOf } from './forms.js';

it.each([
  ['runs the ', ' of one', 'kebab'],
  ['runs the ', '-command', 'kebab'],
  ["from './", ".js'", 'kebab'],
  ['', '_outbox_depth', 'snake'],
  ['file_', '_order_v1', 'snake'],
  ['', 'Command', 'camel'],
])('given a name of one word between %j and %j, then it is %s', (before, after, form) => {
  expect(formAt('lending', formsOf('lending'), before, after)).toBe(form);
});

it.each([
  ['X-', '-Order-Id', 'train'],
  ['Faulty', '', 'pascal'],
  ['', 'OutboxFilling', 'pascal'],
  ['`', ' ready: http://', 'title'],
])('given its capital between %j and %j, then it is %s', (before, after, form) => {
  expect(formAt('Lending', formsOf('lending'), before, after)).toBe(form);
});

it('given a name of several words, then it says its form itself', () => {
  const forms = formsOf('acme-shop');
  expect(formAt('acmeShop', forms, '', '')).toBe('camel');
  expect(formAt('acme shop', forms, '', '')).toBe('words');
  expect(formAt('Acme-Shop', forms, '', '')).toBe('train');
});
