import { expect, it } from 'vitest';
import { allowedBaggage } from './allowed-baggage.js';

it.each([
  ['a key that is allowed', 'tenant=blue;ttl=5, password=x', 'tenant=blue;ttl=5'],
  ['keys with spaces around', 'region = eu , tenant=blue', 'region = eu , tenant=blue'],
  ['none that is', 'password=x,tenants=y', undefined],
  ['no header', undefined, undefined],
  ['rubbish', ',,=;', undefined],
])('given %s, then is left', (_, header, expected) => {
  expect(allowedBaggage(header, ['tenant', 'region'])).toBe(expected);
});

it('allows nothing unless told', () => {
  expect(allowedBaggage('tenant=blue', [])).toBeUndefined();
});
