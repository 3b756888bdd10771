import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { summary, sum } from './check.js';
import { readReport } from '../conformance/report.js';
import { countsOf } from './vitest-check.js';

describe('countsOf', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-counts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const report = (passed: number, failed: number, pending: number, todo: number) => {
    const file = join(folder, 'report.json');
    const statuses = { passed, failed, pending, todo };
    const assertionResults = Object.entries(statuses).flatMap(([status, count]) =>
      Array.from({ length: count }, () => ({ status })),
    );
    writeFileSync(file, JSON.stringify({ testResults: [{ assertionResults }] }));
    return readReport(file);
  };

  it('takes the counts of the report', () => {
    expect(countsOf(report(3, 2, 1, 1), 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('given a rule that a transport does not offer, then that is no skip', () => {
    const file = join(folder, 'lacking.json');
    const lacking = { rule: 27, title: '', transport: 'logical', lacking: 'table' };
    const assertionResults = [
      { status: 'skipped', meta: { conformance: lacking } },
      { status: 'skipped', meta: {} },
      { status: 'passed' },
    ];
    writeFileSync(file, JSON.stringify({ testResults: [{ assertionResults }] }));
    expect(countsOf(readReport(file), 0)).toEqual({ passed: 1, failed: 0, skipped: 1 });
  });

  it('given a run that failed without a failed test, then that is one', () => {
    expect(countsOf(report(3, 0, 0, 0), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('given no report, then that is a failure', () => {
    expect(countsOf(readReport(join(folder, 'none.json')), 0)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  it('sums into the last line', () => {
    const all = [countsOf(report(3, 0, 1, 0), 0), countsOf(report(2, 1, 0, 0), 1)];
    expect(summary(sum(all))).toBe('5 passed, 1 failed, 1 skipped');
  });
});
