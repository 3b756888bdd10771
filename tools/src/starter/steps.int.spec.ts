import { expect, it } from 'vitest';
import { root } from '../root.js';
import { runPlan, type Step } from './steps.js';

const ends = (code: number): Step => ({
  title: `ends with ${code}`,
  command: ['node', '-e', `process.exitCode = ${code}`],
});

it('given a step that fails, then those beside it end, and none comes after it', async () => {
  const plan = [[[ends(1), ends(2)], [ends(0)]], [[ends(3)]]];
  expect(await runPlan(root, plan)).toEqual({ passed: ['ends with 0'], failed: ['ends with 1'] });
});
