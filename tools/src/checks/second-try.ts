import type { VitestReport } from '../conformance/report.js';
import { failureLines } from './failure-lines.js';

/** More files than these failing is no bad luck. */
const MOST_FILES = 3;

/** The files of a report that failed, when they are few enough to be worth a second try; else none. */
export function filesToTryAgain({ testResults }: VitestReport): readonly string[] {
  const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length <= MOST_FILES ? failed : [];
}

/** The first report with the files of the second one in their place. */
export function withSecondTry(first: VitestReport, second: VitestReport): VitestReport {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  return { testResults: first.testResults.map((file) => again.get(file.name) ?? file) };
}

/** What failed at the first try and passed at the second, a line each. */
export function unsteadyOf(first: VitestReport, second: VitestReport): readonly string[] {
  const passed = new Set(
    second.testResults.filter(({ status }) => status === 'passed').map(({ name }) => name),
  );
  return failureLines({ testResults: first.testResults.filter(({ name }) => passed.has(name)) });
}
