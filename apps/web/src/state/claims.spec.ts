import { expect, it } from 'vitest';
import { claimsOf } from './claims.js';

const jwt = (payload: object) => {
  const bytes = new TextEncoder().encode(JSON.stringify(payload));
  const base64 = btoa(String.fromCharCode(...bytes));
  return `e30.${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.c2ln`;
};

it('given a token, then tells whose it is and what he may', () => {
  expect(claimsOf(jwt({ sub: 'Zoë', roles: ['operator'], exp: 5 }))).toEqual({
    sub: 'Zoë',
    roles: ['operator'],
    exp: 5,
  });
  expect(claimsOf(jwt({ sub: 'ann' }))).toEqual({ sub: 'ann', roles: [] });
});

it.each(['', 'no token', 'a.b.c', jwt({ roles: ['operator'] })])(
  'given %j, then tells nothing',
  (token) => expect(claimsOf(token)).toBeUndefined(),
);
