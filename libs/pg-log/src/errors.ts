export type LogErrorCode =
  | 'CONNECTION_LOST'
  | 'CURSOR_FOREIGN'
  | 'CURSOR_OWN'
  | 'ENTRY_INVALID'
  | 'GROUP_ACTIVE'
  | 'GROUP_UNKNOWN'
  | 'HISTORY_GONE'
  | 'LEASE_LOST'
  | 'PARTITIONS_DIFFER'
  | 'SCHEMA_INVALID'
  | 'SERVER_UNFIT'
  | 'SLOT_LOST';

/** What every error of this lib is. `retryable`: the same call may succeed later. */
export class LogError extends Error {
  constructor(
    readonly code: LogErrorCode,
    message: string,
    readonly retryable = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
