import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { fail, type Check, type Counts } from './check.js';

/** One project of vitest.config.ts. */
export function vitestCheck(stage: string, title: string): Check {
  return {
    stage,
    title,
    run: async ({ filters }) => {
      const folder = mkdtempSync(join(tmpdir(), 'mesh-vitest-'));
      const report = join(folder, 'report.json');
      try {
        const args = ['run', '--project', stage, ...filters];
        const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
        const { code } = await runProgram('vitest', [...args, ...reporters], { output: 'inherit' });
        return readCounts(report, code);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** A run that failed without a failed test (a file that can't be read, an error nobody caught) counts as one. */
export function readCounts(report: string, code: number): Counts {
  let counts: Report;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    return fail;
  }
  const failed = counts.numFailedTests;
  return {
    passed: counts.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}
