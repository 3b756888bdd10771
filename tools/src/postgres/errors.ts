export type PostgresErrorCode =
  'NO_BINARIES' | 'UNSAFE_FOLDER' | 'INIT_FAILED' | 'START_FAILED' | 'OTHER_VERSION' | 'IN_USE';

/** The embedded PostgreSQL could not be started; the message says what to do. */
export class PostgresError extends Error {
  constructor(
    readonly code: PostgresErrorCode,
    message: string,
    /** The same call may succeed later. */
    readonly retryable = false,
  ) {
    super(message);
    this.name = 'PostgresError';
  }
}
