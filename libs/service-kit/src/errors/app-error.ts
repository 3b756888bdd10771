import { errorCatalog, type ErrorCode, type ErrorLook } from '@mesh/contracts/errors';

/** What is wrong at one place of a request. */
export interface FieldError {
  /** JSON Pointer into the request body: `/lines/0/quantity`. */
  readonly path: string;
  readonly message: string;
}

/** What a caller is told beside code and message. */
export interface AppErrorOptions extends ErrorOptions {
  /** Which fields of the request are wrong, and why. @default none */
  readonly errors?: readonly FieldError[];
  /** When the caller may try again. @default 1000 for codes that are retryable */
  readonly retryAfterMs?: number;
}

/**
 * An error with a code of the error catalog. Its message reaches the caller, over gRPC and HTTP; its
 * cause stays here. Domain code may throw errors of its own instead: any Error with such a `code` is
 * mapped in the same way.
 */
export class AppError extends Error {
  readonly errors: readonly FieldError[];
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options);
    this.name = new.target.name;
    this.errors = options.errors ?? [];
    this.retryable = isRetryable(code);
    this.retryAfterMs = options.retryAfterMs ?? (this.retryable ? 1000 : undefined);
  }
}

/** An error that another service answered with, under its code. */
export class RemoteError extends AppError {
  constructor(
    code: ErrorCode,
    message: string,
    /** The RPC that failed: `/mesh.probe.v1.ProbeService/GetGauge`. */
    readonly method: string,
    options: AppErrorOptions & { readonly told?: boolean } = {},
  ) {
    super(code, message, options);
    this.told = options.told ?? false;
  }

  /** The server is one of ours: what it did not expect is in its log, under the same trace. */
  readonly told: boolean;
}

/** The same call may succeed later. */
export function isRetryable(code: ErrorCode): boolean {
  const look: ErrorLook = errorCatalog[code];
  return look.retryable === true;
}

/** Whether it is a code of the error catalog, and so has a status in each protocol. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalog, code);
}
