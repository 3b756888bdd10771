/** What a handler stands on is taken to be down: nothing was tried, or the try that tested it failed. */
export class CircuitOpenError extends Error {
  readonly code = 'CIRCUIT_OPEN';
  readonly waiting = true;

  constructor(
    /** Until a try tests again. */
    readonly reopensInMs: number,
    options?: ErrorOptions,
  ) {
    super(`The circuit is open for another ${reopensInMs} ms`, options);
    this.name = 'CircuitOpenError';
  }
}
