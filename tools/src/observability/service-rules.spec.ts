import { expect, it } from 'vitest';
import { inventedServices as services } from '../services/testing/invented.js';
import { missingTest, rulesOf } from './service-rules.js';

const rules = `      - expr: up{job=~"a|b"} == 0
      - expr: |
          absent(up{job="a"})
            or absent(up{job="b"})
        for: 5m
`;

it('given rules that name services, then they name those that there are', () => {
  const made = rulesOf(rules, services);
  expect(made).toBe(`      - expr: up{job=~"clerk|counter|hooks|door"} == 0
      - expr: |
          absent(up{job="clerk"})
            or absent(up{job="counter"})
            or absent(up{job="hooks"})
            or absent(up{job="door"})
        for: 5m
`);
  expect(rulesOf(made, services)).toBe(made);
  expect(rulesOf(made, services.slice(-1))).toContain(
    '          absent(up{job="door"})\n        for',
  );
});

it('given services, then the test lacks the edge once, and none the other time', () => {
  const [lacking = '', all = ''] = missingTest(services).split('All are there');
  expect(lacking.match(/job="[\w-]+"/g)).toEqual(
    ['clerk', 'counter', 'hooks', 'somebody-else'].map((name) => `job="${name}"`),
  );
  expect(lacking).toContain('job: door }');
  expect(all).toContain('up{job="door", instance="a"}');
});
