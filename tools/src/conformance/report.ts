import { readFileSync } from 'node:fs';
import type { ConformanceCase } from './conformance-case.js';

/** What vitest's JSON reporter writes, as far as it is read here. */
export interface VitestReport {
  readonly testResults: readonly {
    /** The file. */
    readonly name: string;
    /** `failed` also when something outside of its tests did. */
    readonly status: string;
    /** What failed outside of its tests; else empty. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      /** `passed`, `failed`, or what did not run. */
      readonly status: string;
      readonly failureMessages?: readonly string[];
      readonly meta?: { readonly conformance?: ConformanceCase };
    }[];
  }[];
}

/** One rule on one transport, and what became of it. */
export interface CaseResult extends ConformanceCase {
  readonly outcome: 'passed' | 'failed' | 'not run';
}

/** Undefined when vitest ended before it wrote one. */
export function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

/** The cases of transport suites, which are marked as such. */
export function caseResultsOf(report: VitestReport): readonly CaseResult[] {
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ status, meta }) => {
      if (meta?.conformance === undefined) return [];
      const ran = status === 'passed' || status === 'failed';
      return [{ ...meta.conformance, outcome: ran ? status : 'not run' } as const];
    }),
  );
}
