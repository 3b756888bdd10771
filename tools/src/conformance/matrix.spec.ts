import { describe, expect, it } from 'vitest';
import { countCells, matrixLines } from './matrix.js';
import { caseResultsOf, type CaseResult } from './report.js';

const result = (transport: string, rule: number | null, over: Partial<CaseResult> = {}) =>
  ({ transport, rule, title: `what ${rule} says`, outcome: 'passed', ...over }) as const;

const results: readonly CaseResult[] = [
  result('kafka', 1),
  result('amqp', 1, { outcome: 'failed' }),
  result('kafka', 2),
  result('amqp', 2, { lacking: 'replay' }),
  result('kafka', 3, { outcome: 'not run' }),
  result('amqp', null, { title: 'a contract' }),
];
const options = { results, transports: ['kafka', 'amqp'], rules: [1, 2, 3, 4] };
const words = (line: string) => line.trim().split(/ {2,}/);

describe('the matrix of rules and transports', () => {
  const lines = matrixLines(options);

  it('shows what passed, failed, is not offered, and did not run', () => {
    expect(lines.slice(0, 6).map(words)).toEqual([
      ['kafka', 'amqp'],
      ['rule 1', 'what 1 says', 'pass', 'FAIL'],
      ['rule 2', 'what 2 says', 'pass', 'no replay'],
      ['rule 3', 'what 3 says', 'NOT RUN', 'NOT RUN'],
      ['rule 4', 'NOT RUN', 'NOT RUN'],
      ['contract', 'a contract', 'NOT RUN', 'pass'],
    ]);
  });

  it('says loudly what did not run', () => {
    expect(lines.join('\n')).toContain(
      '!!  Did not run: rule 3 on kafka, amqp; rule 4 on kafka, amqp; contract on kafka',
    );
    const good = matrixLines({ results, transports: ['kafka'], rules: [1, 2] });
    expect(good.join('\n')).not.toContain('Did not run: rule');
  });

  it('shows the worst of several cases of a number, and nothing of columns that are not asked for', () => {
    const several = [
      result('kafka', 1),
      result('kafka', 1, { title: 'and more', outcome: 'failed' }),
      result('polling', null, { title: 'a contract of others' }),
    ];
    expect(matrixLines({ results: several, transports: ['kafka'], rules: [1] }).map(words)).toEqual(
      [['kafka'], ['rule 1', 'what 1 says', 'FAIL']],
    );
  });

  it('counts as failed what failed and what did not run', () => {
    expect(countCells(options)).toEqual({ passed: 4, failed: 6 });
  });

  it('cuts a title that is too long for a line', () => {
    const long = [result('kafka', 1, { title: 'x'.repeat(100) })];
    const [, line] = matrixLines({ results: long, transports: ['kafka'], rules: [1] });
    expect(words(line ?? '')).toEqual(['rule 1', `${'x'.repeat(69)}…`, 'pass']);
  });
});

describe('caseResultsOf', () => {
  it('takes the cases that are marked, by what became of them', () => {
    const conformance = { rule: 1, title: 'what 1 says', transport: 'kafka' };
    const statuses = ['passed', 'failed', 'skipped', 'pending'];
    const report = {
      testResults: [
        {
          ...{ name: 'kafka.int.spec.ts', status: 'failed' },
          assertionResults: [
            { fullName: '', status: 'passed', meta: {} },
            ...statuses.map((status) => ({ fullName: '', status, meta: { conformance } })),
          ],
        },
      ],
    };
    expect(caseResultsOf(report).map(({ outcome }) => outcome)).toEqual([
      'passed',
      'failed',
      'not run',
      'not run',
    ]);
  });
});
