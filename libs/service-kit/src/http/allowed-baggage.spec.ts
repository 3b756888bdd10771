import { expect, it } from 'vitest';
import { allowedBaggage } from './allowed-baggage.js';

it.each([
  ['a key that is allowed', 'tenant=acme;ttl=5, password=x', 'tenant=acme;ttl=5'],
  ['keys with spaces around', 'region = eu , tenant=acme', 'region = eu , tenant=acme'],
  ['none that is', 'password=x,tenants=y', undefined],
  ['no header', undefined, undefined],
  ['rubbish', ',,=;', undefined],
])('given %s, then is left', (_, header, expected) => {
  expect(allowedBaggage(header, ['tenant', 'region'])).toBe(expected);
});

it('allows nothing unless told', () => {
  expect(allowedBaggage('tenant=acme', [])).toBeUndefined();
});
