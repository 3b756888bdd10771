import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matrixLines } from '../conformance/matrix.js';
import { kinds } from '../conformance/subjects.js';
import { caseResultsOf, readReport, type VitestReport } from '../conformance/report.js';
import { runProgram } from '../processes/run-program.js';
import { fail, type Check, type Counts } from './check.js';
import { failureLines } from './failure-lines.js';
import { filesToTryAgain, unsteadyOf, withSecondTry } from './second-try.js';

/** One project of vitest.config.ts. */
export function vitestCheck(stage: string, title: string): Check {
  return {
    stage,
    title,
    run: async ({ filters, signal }) => {
      const first = await runVitest(['--project', stage, ...filters]);
      if (signal?.aborted) return countsOf(first.report, first.code);
      const { run, unsteady } = await tryAgain(stage, first);
      if (run.report !== undefined) printMatrix(run.report);
      return { ...countsOf(run.report, run.code), unsteady };
    },
  };
}

/** Few files that failed run once more, alone, on a machine that nothing else keeps busy. */
async function tryAgain(
  stage: string,
  first: VitestRun,
): Promise<{ readonly run: VitestRun; readonly unsteady: readonly string[] }> {
  const files = first.report === undefined ? [] : filesToTryAgain(first.report);
  if (first.report === undefined || files.length === 0) return { run: first, unsteady: [] };
  console.log(`\nFailed, and tried once more alone:\n${files.join('\n')}`);
  const second = await runVitest(['--project', stage, ...files]);
  if (second.report === undefined) return { run: first, unsteady: [] };
  return {
    run: { code: second.code, report: withSecondTry(first.report, second.report) },
    unsteady: unsteadyOf(first.report, second.report),
  };
}

export interface VitestRun {
  readonly code: number;
  /** Undefined when vitest ended before it wrote one. */
  readonly report: VitestReport | undefined;
}

/** Runs vitest with its output on this terminal. */
export async function runVitest(
  args: readonly string[],
  { env = {}, reporter = 'default' }: VitestOptions = {},
): Promise<VitestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-vitest-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${file}`];
    const options = { output: 'inherit', env } as const;
    const { code } = await runProgram('vitest', ['run', ...args, ...reporters], options);
    return { code, report: readReport(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface VitestOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @default 'default' */
  readonly reporter?: 'default' | 'verbose';
}

/** A run that failed without a failed test (a file that can't be read, an error nobody caught) counts as one. */
export function countsOf(report: VitestReport | undefined, code: number): Counts {
  if (report === undefined) return fail;
  // What a member of a suite does not offer, and says so by the feature's name, is nothing to run.
  const tests = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(
      ({ status, meta }) =>
        status === 'passed' || status === 'failed' || !meta?.conformance?.lacking,
    );
  const failed = tests.filter(({ status }) => status === 'failed').length;
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failures = failureLines(report);
  return {
    passed,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: tests.length - passed - failed,
    ...(failures.length > 0 ? { failures } : {}),
  };
}

/** Of those that the run knows of, a matrix a kind; nothing where it ran none of their suites. */
function printMatrix(report: VitestReport): void {
  const results = caseResultsOf(report);
  const known = new Set(results.map(({ transport }) => transport));
  for (const { members, rules } of kinds) {
    const transports = members.filter((member) => known.has(member));
    if (transports.length > 0)
      console.log(['', ...matrixLines({ results, transports, rules }), ''].join('\n'));
  }
}
