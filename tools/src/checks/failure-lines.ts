import { relative } from 'node:path';
import type { VitestReport } from '../conformance/report.js';
import { root } from '../root.js';

/** Of a line; what a message goes on with is in the log. */
const MOST_CHARACTERS = 240;

/** What failed: a test, or a file that failed outside of its tests. A line each, with how its message begins. */
export function failureLines({ testResults }: VitestReport): readonly string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = relative(root, name);
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0) return [line([file, message])];
      return failed.map(({ fullName, failureMessages }) =>
        line([file, fullName, failureMessages?.[0]]),
      );
    });
}

function line(parts: readonly (string | undefined)[]): string {
  const firstLines = parts.map((part) => part?.trim().split('\n')[0]);
  return firstLines.filter(Boolean).join(': ').slice(0, MOST_CHARACTERS);
}
