import { expect, it } from 'vitest';
import { limitFields } from './limit-fields.js';

it('shows each limit as an item of both lists, with times in whole seconds', () => {
  const quota = { allowed: true, windowSeconds: 60 };
  expect(
    limitFields({
      address: { ...quota, requests: 6000, remaining: 5990, resetMs: 59_001 },
      customer: { ...quota, requests: 1200, remaining: 0, resetMs: 20 },
    }),
  ).toEqual({
    'ratelimit-policy': '"address";q=6000;w=60, "customer";q=1200;w=60',
    ratelimit: '"address";r=5990;t=60, "customer";r=0;t=1',
  });
});
