export type ServerErrorCode = 'SERVER_MISSING' | 'SERVER_FAILED';

/** A local server can't be started: `SERVER_MISSING` when something has to be installed first. */
export class ServerError extends Error {
  constructor(
    readonly code: ServerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ServerError';
  }
}
