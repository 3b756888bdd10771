export type LaunchErrorCode =
  'ALREADY_RUNNING' | 'SETTING_INVALID' | 'BUILD_FAILED' | 'SERVICE_FAULT' | 'FOLDER_UNUSABLE';

/** The mesh can't be started as asked; the message says what to do. */
export class LaunchError extends Error {
  readonly retryable = false;

  constructor(
    readonly code: LaunchErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LaunchError';
  }
}
