import { expect, it } from 'vitest';
import { faultLines, finalLine } from '../report.js';
import { Tally } from './tally.js';

it('given recoveries, then tells how many, the median and the longest, by kind', () => {
  const tally = new Tally();
  for (const ms of [3_000, 1_000, 2_000, 9_000]) tally.add('SIGKILL a service', ms);
  tally.add('restart database', 500);
  expect(tally.total).toBe(5);
  expect(tally.byKind).toEqual([
    { kind: 'SIGKILL a service', count: 4, p50Ms: 2_000, maxMs: 9_000 },
    { kind: 'restart database', count: 1, p50Ms: 500, maxMs: 500 },
  ]);
  expect(faultLines(tally)).toEqual([
    '  fault              count        p50        max  of the recovery',
    '  SIGKILL a service      4      2.0 s      9.0 s',
    '  restart database       1      0.5 s      0.5 s',
    '  all                    5      2.0 s      9.0 s',
  ]);
});

it('ends with one line of numbers', () => {
  const verdict = { orders: 10, lost: 1, doubled: 2, disordered: 3, findings: [], notes: [] };
  expect(finalLine(verdict, 4)).toBe('chaos: 10 orders, 4 faults, lost 1, doubled 2, disordered 3');
});
