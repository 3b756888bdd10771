/** How many tests a check ran; one that is not a test runner counts as one test. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, a line each; named at the end. @default the check's title */
  readonly failures?: readonly string[];
  /** Passed at a second try only, a line each; counted as passed, and named at the end. */
  readonly unsteady?: readonly string[];
}

/** One thing that `npm test` looks at. */
export interface Check {
  /** Shown, and what `npm test -- NAME` selects; several checks may share it. */
  readonly stage: string;
  readonly title: string;
  /** Prints what failed. Never rejects: what stops it from running is a failure. */
  run(options: CheckOptions): Promise<Counts>;
}

export interface CheckOptions {
  /** Words after the stage's name: files, folders or projects to be limited to. */
  readonly filters: readonly string[];
  /** A person has interrupted it: no more is to be started. @default never */
  readonly signal?: AbortSignal;
}

export const pass: Counts = { passed: 1, failed: 0, skipped: 0 };
export const fail: Counts = { passed: 0, failed: 1, skipped: 0 };
export const skip: Counts = { passed: 0, failed: 0, skipped: 1 };

export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
      failures: [...(total.failures ?? []), ...(one.failures ?? [])],
      unsteady: [...(total.unsteady ?? []), ...(one.unsteady ?? [])],
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The last line of `npm test`, and what .ci/run reads. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
