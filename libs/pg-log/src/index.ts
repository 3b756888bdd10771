// An append-only log in PostgreSQL: append in the caller's transaction, read by group without gaps and in order by key.
// Start at PgLog in pg-log.ts; README.md tells how reading works.
// Not here: events, brokers, handlers.
export type { Executor, LogEntry, LogRow } from './entry.js';
export type { FinishedRange, GroupHistory, HistoryFrom } from './group-history.js';
export type { GroupState, ResetPlan } from './group-reset.js';
export { SERVER_STATEMENT } from './group-statements.js';
export { LogError, type LogErrorCode } from './errors.js';
export {
  isNumberedAppend,
  NUMBER_DIGITS,
  NUMBERS_AN_ERA,
  type Numbering,
} from './numbered-append.js';
export { PgLog, type PgLogOptions } from './pg-log.js';
export type { LogReader, OnRows, ReaderOptions } from './reader-options.js';
export type { SlotState } from './wal/slot.js';
export { fromMessage } from './wal/frame.js';
export { isWalAppend } from './wal/wal-append.js';
export { WalLog, type WalBacklog, type WalLogOptions } from './wal/wal-log.js';
export { REFUSED } from './wal/wal-schema.js';
export type { LogRetention } from './retention/log-retention.js';
export type {
  RetentionOptions,
  RetentionReport,
  RetentionStatus,
} from './retention/retention-options.js';
export type { RetentionLoop, RetentionLoopOptions } from './retention/retention-loop.js';
