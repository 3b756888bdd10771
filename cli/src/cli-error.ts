/** What a person at the command line can mend; the message says how. */
export class CliError extends Error {
  constructor(
    message: string,
    /** 2: it was called in a wrong way; 1: it could not be done. */
    readonly exitCode: 1 | 2 = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CliError';
  }
}
