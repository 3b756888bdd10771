/** What is about to be appended; `bytes` are those of the bodies. */
export interface Appended {
  readonly events: number;
  readonly bytes: number;
}

/** Says whether an outbox takes more. Asked before each append, so it does no I/O. */
export interface Admission {
  /**
   * Counts what may be appended, whether or not its transaction commits later.
   * @throws OutboxFullError
   */
  admit(appended: Appended): void;
}
