import { Body, Query, StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, type FieldError } from '../errors/app-error.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** zod names unknown keys of an object here. */
  readonly keys?: unknown;
}

/** Any of zod, or what bounds one. */
type Schema = Pick<z.ZodType, '~standard'>;

/** Of the parameters that have a schema: a global pipe is run for all of a handler's, at five promises each. */
const pipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => validationError(issues as readonly Issue[]),
});

/** The body, as its schema gives it. @throws AppError VALIDATION_FAILED with each fault by its JSON Pointer */
export const ValidBody = (schema: Schema) => Body({ schema, pipes: [pipe] });

/** The query, as its schema gives it. @throws AppError VALIDATION_FAILED with each fault by its JSON Pointer */
export const ValidQuery = (schema: Schema) => Query({ schema, pipes: [pipe] });

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
