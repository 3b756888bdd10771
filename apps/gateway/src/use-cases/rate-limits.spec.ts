import { expect, it } from 'vitest';
import { RateLimits } from './rate-limits.js';

const limits = (secret: string) => {
  const seen: string[] = [];
  const count = async (slot: string) => {
    seen.push(slot);
    return { requests: 1, windowSeconds: 1, allowed: true, remaining: 0, resetMs: 0 };
  };
  return { seen, limits: new RateLimits({ address: { count } }, secret) };
};

it('given any number of origins, then they take a bounded number of slots, evenly', async () => {
  const { seen, limits: counted } = limits('s');
  for (let n = 0; n < 200_000; n++) await counted.count('address', `10.${n}`);
  const taken = new Set(seen).size;
  expect(taken).toBeLessThanOrEqual(65_536);
  expect(taken).toBeGreaterThan(60_000);
});

it('given another secret, then other origins share a slot; the same one has the same slots everywhere', async () => {
  const slotsOf = async (secret: string) => {
    const { seen, limits: counted } = limits(secret);
    for (let n = 0; n < 20; n++) await counted.count('address', `10.${n}`);
    return seen;
  };
  expect(await slotsOf('a')).toEqual(await slotsOf('a'));
  expect(await slotsOf('a')).not.toEqual(await slotsOf('b'));
});

it('given a limit that is off, then counts nothing', () => {
  expect(limits('s').limits.count('customer', 'ann')).toBeUndefined();
});
