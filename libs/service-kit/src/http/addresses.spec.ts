import { describe, expect, it } from 'vitest';
import { addressOwner, parseTrusted } from './addresses.js';

describe('parseTrusted', () => {
  it.each([
    ['10.0.0.0/8, 192.0.2.7', '10.1.2.3', true],
    ['10.0.0.0/8, 192.0.2.7', '192.0.2.7', true],
    ['10.0.0.0/8, 192.0.2.7', '192.0.2.8', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['loopback', '127.9.9.9', true],
    ['loopback', '::1', true],
    ['private', 'fd00::1', true],
    ['private', '8.8.8.8', false],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '32.1.13.184', false],
    ['loopback', 'unknown', false],
  ])('given %s, then whether it trusts %s is %s', (list, address, trusted) => {
    expect(parseTrusted(list)?.(address)).toBe(trusted);
  });

  it.each(['', 'x', '10.0.0.0/33', '10.0.0.1,', 'true', '1'])('refuses "%s"', (list) => {
    expect(parseTrusted(list)).toBeUndefined();
  });
});

describe('addressOwner', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (address, owner) => {
    expect(addressOwner(address)).toBe(owner);
  });
});
