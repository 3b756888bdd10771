import { expect, it } from 'vitest';
import { managementUrls } from './management-urls.js';

it('given names and URLs, then addresses by name, without a slash at the end', () => {
  const text = 'order=http://order:9090/, inventory=https://[::1]:9443';
  expect(managementUrls().parse(text)).toEqual({
    order: 'http://order:9090',
    inventory: 'https://[::1]:9443',
  });
});

it.each([
  '',
  'order',
  'http://order:9090',
  'order=order:9090',
  'order=http://order:9090/metrics',
  'order=http://order:9090,',
  'order=http://:9090',
])('given %j, then says what is expected', (text) => {
  expect(managementUrls().safeParse(text).error?.issues[0]?.message).toBe(
    'names and URLs such as order=http://order:9090,inventory=http://inventory:9090',
  );
});
