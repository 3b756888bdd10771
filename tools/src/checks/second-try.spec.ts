import { describe, expect, it } from 'vitest';
import { filesToTryAgain, unsteadyOf, withSecondTry } from './second-try.js';

const file = (name: string, ...statuses: string[]) => ({
  name,
  status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
  assertionResults: statuses.map((status, index) => ({ fullName: `test ${index}`, status })),
});
const report = (...testResults: ReturnType<typeof file>[]) => ({ testResults });

describe('a second try', () => {
  it('is for the files that failed', () => {
    expect(filesToTryAgain(report(file('a', 'passed'), file('b', 'failed'), file('c')))).toEqual([
      'b',
      'c',
    ]);
  });

  it('given many that failed, then is for none', () => {
    const failing = ['a', 'b', 'c', 'd'].map((name) => file(name, 'failed'));
    expect(filesToTryAgain(report(...failing))).toEqual([]);
  });

  it('takes the place of the first', () => {
    const first = report(file('a', 'passed'), file('b', 'passed', 'failed'));
    const second = report(file('b', 'passed', 'passed'));
    expect(withSecondTry(first, second)).toEqual(
      report(file('a', 'passed'), file('b', 'passed', 'passed')),
    );
  });

  it('names what failed at the first and passed at the second', () => {
    const first = report(file('a', 'passed', 'failed'), file('b'), file('c', 'failed'));
    const second = report(file('a', 'passed', 'passed'), file('b', 'passed'), file('c', 'failed'));
    expect(unsteadyOf(first, second)).toEqual(['a: test 1', 'b']);
  });
});
