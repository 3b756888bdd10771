import type { z } from 'zod';

/** More faults than these are not listed: a body full of faults must not cost a larger answer. */
const maxFaults = 20;

interface Issue {
  readonly message: string;
  readonly path?: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

/** The schema with at most 20 of its faults told, and at most 20 unknown keys of one object. */
export function bounded<Schema extends z.ZodType>(
  schema: Schema,
): { readonly '~standard': Schema['~standard'] } {
  const standard = schema['~standard'];
  type Result = Awaited<ReturnType<typeof standard.validate>>;
  const told = (result: Result): Result =>
    result.issues ? { issues: firstOf(result.issues as readonly Issue[]) } : result;
  const validate: typeof standard.validate = (value, options) => {
    const result = standard.validate(value, options);
    return result instanceof Promise ? result.then(told) : told(result);
  };
  return { '~standard': { ...standard, validate } };
}

function firstOf(issues: readonly Issue[]): Issue[] {
  return issues
    .slice(0, maxFaults)
    .map((issue) => (issue.keys ? { ...issue, keys: issue.keys.slice(0, maxFaults) } : issue));
}
