/**
 * What a log refused or lost; stable, so that callers may decide by it.
 * - `CONNECTION_LOST`, `LEASE_LOST`: this reader's rows may be read by another now; it goes on by itself.
 * - `CURSOR_FOREIGN`, `CURSOR_OWN`: the group's place is, or is not, of another server or database.
 * - `ENTRY_INVALID`: it can't be stored, or has no key in a numbered log; nothing was appended.
 * - `GROUP_ACTIVE`, `GROUP_UNKNOWN`: the group has readers, or never had any.
 * - `HISTORY_GONE`: what is asked for has been dropped by retention.
 * - `PARTITIONS_DIFFER`, `SCHEMA_INVALID`: the options don't fit what is installed, or can't be a schema.
 * - `SERVER_UNFIT`, `SLOT_LOST`: of a log in the WAL: the server's settings, its replication slot.
 */
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
