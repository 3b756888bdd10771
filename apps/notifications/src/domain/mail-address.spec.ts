import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { mailAddress } from './mail-address.js';

describe('mailAddress', () => {
  it.each([
    ['ann', 'ann'],
    ['ann.b-c_9', 'ann.b-c_9'],
    ['bob@example.com', 'bob%40example.com'],
    ['.a..b.', '%2Ea.%2Eb%2E'],
    ['a\r\nBcc: x', 'a%0D%0ABcc%3A%20x'],
    ["(o'neil)", '%28o%27neil%29'],
    ['café', 'caf%C3%A9'],
  ])('gives %j the name %j', (customerId, name) => {
    expect(mailAddress(customerId, 'shop.example')).toBe(`${name}@shop.example`);
  });

  it('gives any id a name that needs no quotes, and different ids different names', () => {
    const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(id, id, (one, other) => {
        const [a, b] = [mailAddress(one, 'x.example'), mailAddress(other, 'x.example')];
        expect(a).toMatch(/^[A-Za-z0-9_%-]+(\.[A-Za-z0-9_%-]+)*@x\.example$/);
        expect(a === b).toBe(one.toWellFormed() === other.toWellFormed());
      }),
    );
  });
});
