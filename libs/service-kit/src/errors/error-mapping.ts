import { status } from '@grpc/grpc-js';
import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import { isErrorCode, RemoteError, type AppError, type FieldError } from './app-error.js';

// The only place where errors become codes, and codes become gRPC and HTTP statuses.

/** What an error looks like from outside. */
export interface ErrorView {
  readonly code: ErrorCode;
  readonly message: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterMs: number | undefined;
  readonly grpcStatus: status;
  readonly httpStatus: number;
  readonly title: string;
  /** Not one of ours, nor logged by the service that it comes from: it is logged here. */
  readonly unexpected: boolean;
}

/** What a caller may see of an error. Everything without a code of the catalog is INTERNAL. */
export function viewError(error: unknown): ErrorView {
  const code = error instanceof Error ? codeOf(error) : undefined;
  const told = error instanceof RemoteError && error.told;
  if (code === undefined) return view('INTERNAL', 'Something failed here', [], undefined, !told);
  const { message } = error as Error;
  const { errors, retryAfterMs } = error as Partial<AppError>;
  return view(code, message, errors ?? [], retryAfterMs, false);
}

/** The code for a gRPC status that came without details of ours: from a proxy, or from grpc-js itself. */
export function codeForGrpcStatus(code: status): ErrorCode {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
      return 'VALIDATION_FAILED';
    case status.UNAUTHENTICATED:
      return 'UNAUTHENTICATED';
    case status.PERMISSION_DENIED:
      return 'FORBIDDEN';
    case status.NOT_FOUND:
      return 'NOT_FOUND';
    case status.RESOURCE_EXHAUSTED:
      return 'OVERLOADED';
    case status.UNAVAILABLE:
      return 'UNAVAILABLE';
    case status.DEADLINE_EXCEEDED:
    case status.CANCELLED:
      return 'DEADLINE_EXCEEDED';
    default:
      return 'INTERNAL';
  }
}

/** The code for a status that the HTTP framework answers with by itself. */
export function codeForHttpStatus(code: number): ErrorCode {
  switch (code) {
    case 401:
      return 'UNAUTHENTICATED';
    case 403:
      return 'FORBIDDEN';
    case 404:
      return 'NOT_FOUND';
    case 405:
      return 'METHOD_NOT_ALLOWED';
    case 412:
      return 'PRECONDITION_FAILED';
    case 413:
      return 'PAYLOAD_TOO_LARGE';
    case 415:
      return 'UNSUPPORTED_MEDIA_TYPE';
    case 429:
      return 'TOO_MANY_REQUESTS';
    case 503:
      return 'UNAVAILABLE';
    case 504:
      return 'DEADLINE_EXCEEDED';
    default:
      return code >= 400 && code < 500 ? 'VALIDATION_FAILED' : 'INTERNAL';
  }
}

function codeOf(error: Error): ErrorCode | undefined {
  const { code } = error as { code?: unknown };
  return isErrorCode(code) && code !== 'INTERNAL' ? code : undefined;
}

function view(
  code: ErrorCode,
  message: string,
  errors: readonly FieldError[],
  retryAfterMs: number | undefined,
  unexpected: boolean,
): ErrorView {
  const { grpc, http, title } = errorCatalog[code];
  return {
    code,
    message,
    errors,
    retryAfterMs,
    grpcStatus: status[grpc],
    httpStatus: http,
    title,
    unexpected,
  };
}
