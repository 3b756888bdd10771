import { describe, expect, it } from 'vitest';
import { closingLines } from './closing-lines.js';

const counts = { passed: 3, failed: 0, skipped: 0 };
const names = (count: number) => Array.from({ length: count }, (_, at) => `test ${at}`);

describe('the closing lines of npm test', () => {
  it('given all passed, then the counts alone', () => {
    expect(closingLines(counts)).toEqual(['3 passed, 0 failed, 0 skipped']);
  });

  it('names what was unsteady and what failed, before the counts', () => {
    const total = { ...counts, failed: 1, failures: ['a: fails'], unsteady: ['b: once'] };
    expect(closingLines(total)).toEqual([
      'Passed at a second try only, look into it:',
      '  b: once',
      'Failed:',
      '  a: fails',
      '3 passed, 1 failed, 0 skipped',
    ]);
  });

  it('given very many, then fits into the last 20 lines, and says how many more there are', () => {
    const lines = closingLines({ ...counts, failures: names(50), unsteady: names(8) });
    expect(lines.length).toBeLessThan(20);
    expect(lines.at(-2)).toBe('  … and 43 more');
    expect(lines).toContain('  test 7');
  });
});
