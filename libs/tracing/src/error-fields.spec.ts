import { expect, it } from 'vitest';
import { errorFields } from './error-fields.js';

const said = (error: Error) => (errorFields(error) as { message: string }).message;

it('given an error that quotes its cause, then the text is there once', () => {
  const cause = new Error('X is cursed');
  expect(said(new Error('X is cursed', { cause }))).toBe('X is cursed');
  expect(said(new Error('Failed 20 times, at last with: X is cursed', { cause }))).toBe(
    'Failed 20 times, at last with: X is cursed',
  );
});

it('given causes that are not quoted, then their texts follow, the stacks of all too', () => {
  const cause = new Error('No route', { cause: new Error('EHOSTUNREACH') });
  const error = Object.assign(new Error('Can not pay', { cause }), { code: 'PAYMENT' });
  expect(errorFields(error)).toMatchObject({
    ...{ type: 'Error', code: 'PAYMENT', message: 'Can not pay: No route: EHOSTUNREACH' },
    stack: expect.stringMatching(/caused by: Error: No route[^]*caused by: Error: EHOSTUNREACH/),
  });
});

it('given causes in a circle, then ends', () => {
  const error = new Error('chicken');
  error.cause = new Error('egg', { cause: error });
  expect(said(error)).toBe('chicken: egg');
});

it('given what is no error, then leaves it as it is', () => {
  expect(errorFields('text' as never)).toBe('text');
});
