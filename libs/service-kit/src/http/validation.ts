import { StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../errors/app-error.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** zod names unknown keys of an object here. */
  readonly keys?: unknown;
}

/** Validates `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })`; each fault by its JSON Pointer. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => validationError(issues as readonly Issue[]),
  });
}

/** The error for what a Standard Schema did not accept. */
export function validationError(issues: readonly Issue[]): AppError {
  const errors = issues.flatMap(toFieldErrors);
  const [first] = errors;
  const detail =
    first === undefined ? 'not of the schema' : `${first.path || '/'}: ${first.message}`;
  return new AppError('VALIDATION_FAILED', detail, { errors });
}

function toFieldErrors({ message, path = [], keys }: Issue): FieldError[] {
  const pointer = path
    .map((part) => `/${escape(typeof part === 'object' ? part.key : part)}`)
    .join('');
  if (!Array.isArray(keys)) return [{ path: pointer, message }];
  return keys.map((key) => ({
    path: `${pointer}/${escape(key as PropertyKey)}`,
    message: 'Unknown field',
  }));
}

/** @see https://www.rfc-editor.org/rfc/rfc6901 */
function escape(part: PropertyKey): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1');
}
