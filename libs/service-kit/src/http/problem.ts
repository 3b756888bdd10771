import { HttpException } from '@nestjs/common';
import { currentTraceId } from '@mesh/tracing';
import { AppError, type FieldError } from '../errors/app-error.js';
import { codeForHttpStatus, viewError, type ErrorView } from '../errors/error-mapping.js';

/**
 * An error as HTTP answers it (Problem Details), with the code of the error catalog, the trace in which it
 * happened, and the fields that are wrong.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly traceId: string;
  readonly errors?: readonly FieldError[];
}

/** The media type of a {@link Problem}. */
export const problemContentType = 'application/problem+json';

/** The problem document of an error, and the headers that go with it. */
export function toProblem(error: unknown): {
  problem: Problem;
  headers: Record<string, string>;
  view: ErrorView;
} {
  const view = viewError(fromFramework(error));
  const problem = {
    type: `urn:mesh:error:${view.code}`,
    title: view.title,
    status: view.httpStatus,
    detail: view.message,
    code: view.code,
    traceId: currentTraceId() ?? '',
    ...(view.errors.length > 0 && { errors: view.errors }),
  };
  const headers: Record<string, string> = { 'content-type': problemContentType };
  if (view.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.ceil(view.retryAfterMs / 1000));
  if (view.code === 'UNAUTHENTICATED') headers['www-authenticate'] = 'Bearer';
  return { problem, headers, view };
}

/** As bytes: to text Fastify adds a charset, which the media type does not have. */
export function problemBody(problem: Problem): Buffer {
  return Buffer.from(JSON.stringify(problem));
}

/** Errors of Nest and Fastify know an HTTP status instead of a code. */
function fromFramework(error: unknown): unknown {
  if (isCutOff(error))
    return new AppError('VALIDATION_FAILED', 'The body ended early', { cause: error });
  if (isRefusedJson(error)) {
    const told = 'The body is not valid JSON, or has a member __proto__ or constructor.prototype';
    return new AppError('VALIDATION_FAILED', told, { cause: error });
  }
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  if (status === undefined || (status >= 500 && status !== 503)) return error;
  return new AppError(codeForHttpStatus(status), (error as Error).message, { cause: error });
}

/** Fastify has one error for both. */
function isRefusedJson(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Body is not valid JSON');
}

/** The client went away while its body was read: nobody reads the answer, and nothing failed here. */
function isCutOff(error: unknown): boolean {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  return code === 'ECONNRESET' && message === 'aborted';
}

function statusCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}
