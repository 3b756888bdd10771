import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { failureLines } from './failure-lines.js';

const passed = { fullName: 'outbox keeps', status: 'passed' };
const failed = {
  fullName: 'outbox loses',
  status: 'failed',
  failureMessages: ['AssertionError: expected 1 to be 2\n    at outbox.spec.ts:1:1'],
};
const file = (status: string, ...assertionResults: (typeof passed)[]) => ({
  name: join(root, 'libs/outbox/src/outbox.spec.ts'),
  status,
  assertionResults,
});

describe('failureLines', () => {
  it('given a failed test, then its file, its name and how its message begins', () => {
    expect(failureLines({ testResults: [file('failed', passed, failed)] })).toEqual([
      'libs/outbox/src/outbox.spec.ts: outbox loses: AssertionError: expected 1 to be 2',
    ]);
  });

  it('given a file that failed outside of its tests, then that file', () => {
    const message = '\nError: Cannot find module\n';
    expect(failureLines({ testResults: [{ ...file('failed', passed), message }] })).toEqual([
      'libs/outbox/src/outbox.spec.ts: Error: Cannot find module',
    ]);
  });

  it('given a message without end, then as much as a line takes', () => {
    const long = { ...failed, failureMessages: ['x'.repeat(1_000)] };
    expect(failureLines({ testResults: [file('failed', long)] })[0]).toHaveLength(240);
  });

  it('given what passed, then nothing', () => {
    expect(failureLines({ testResults: [file('passed', passed)] })).toEqual([]);
  });
});
