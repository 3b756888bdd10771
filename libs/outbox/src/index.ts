// The outbox and the inbox of a service's database: an event and the change it tells of commit together, and have one effect.
// Start at outbox.ts, relay/relay.ts, inbox.ts and dead-letters/parking.ts.
// Not here: brokers, how the log reads, what an event means.
export type { Admission, Appended } from './admission.js';
export { arrivalFor, type Arrival, type InboxKind } from './dead-letters/arrival.js';
export type { DeadLetter, WholeDeadLetter } from './dead-letters/dead-letter.js';
export {
  DeadLetters,
  type AuditRecord,
  type DeadLetterCount,
  type Page,
} from './dead-letters/dead-letters.js';
export type { Failure } from './dead-letters/failure.js';
export type { DeadLetterFilter } from './dead-letters/filter.js';
export {
  DeadLetterOperations,
  type ActionResult,
  type OperationsOptions,
} from './dead-letters/operations.js';
export { ParkedKeys, type KeyPlace, type ParkedKeysOptions } from './dead-letters/parked-keys.js';
export { Parking, type FailurePolicy, type ParkingOptions } from './dead-letters/parking.js';
export { installParking } from './dead-letters/schema.js';
export { DepthLimit, type DepthLimitOptions } from './depth-limit.js';
export { OutboxClosedError, OutboxError, OutboxFullError, type OutboxErrorCode } from './errors.js';
export { handleBatch } from './handle-batch.js';
export { inTransaction } from './in-transaction.js';
export { handleOnce, type HandledEvent } from './inbox.js';
export { collect } from './middleware/collect.js';
export { inboxBatch, type BatchEffect, type BatchResult } from './middleware/inbox-batch.js';
export { inbox, unlessParked, type InboxOptions } from './middleware/inbox.js';
export { passOver } from './middleware/pass-over.js';
export { park, type ParkOptions } from './middleware/park.js';
export type { OpenTransaction } from './open-transaction.js';
export { isAppend, OUTBOX_SCHEMA, outboxLog, outboxWalLog, type OutboxLog } from './outbox-log.js';
export {
  Outbox,
  type AppendedEvent,
  type AppendOptions,
  type Cause,
  type OutboxOptions,
} from './outbox.js';
export {
  OutboxOperations,
  type OutboxReset,
  type OutboxResetPlan,
  type OutboxStatus,
  type ResetOrigin,
} from './outbox-operations.js';
export type { Backlog } from './postgres/backlog.js';
export { installKeyNumbers } from './postgres/key-number-schema.js';
export { installDeadLetters } from './postgres/dead-letter-schema.js';
export { INBOX_SCHEMA, installInbox } from './postgres/inbox-schema.js';
export type { Queryable } from './postgres/queryable.js';
export { readOpenTransactions, type OpenTransactions } from './postgres/open-transactions.js';
export { installReplays } from './postgres/replay-schema.js';
export { installResets } from './postgres/reset-schema.js';
export { refusalOf } from './refusal.js';
export { openOutbox, type Leftover, type OpenedOutbox, type RelayMode } from './relay-mode.js';
export {
  LogicalOutboxOperations,
  type LogicalOutboxStatus,
  type LogicalResetPlan,
  type SlotReset,
} from './logical-operations.js';
export { isForeignCursor, isRecoverable } from './relay/foreign-cursor.js';
export {
  RelayDeadLetters,
  type RelayDeadLetter,
  type RelayDeadLettersOptions,
  type RelayKey,
  type RelayRedrive,
} from './relay/relay-dead-letters.js';
export { watchOpenTransactions } from './relay/open-transaction-metrics.js';
export { RELAY_GROUP } from './relay/relay-group.js';
export type { RelayHooks, RelayLog, RelayOptions, StopOptions } from './relay/relay-options.js';
export { Relay } from './relay/relay.js';
export { ReplayRecords, type ReplayRecord } from './replays.js';
export { forgetAudit } from './retention/audit-retention.js';
export { forgetIdleKeys } from './retention/key-retention.js';
export { forgetHandled, MAX_INBOX_KEEP_MS } from './retention/inbox-retention.js';
export {
  installSchedule,
  RetentionSchedule,
  type JobState,
  type RetentionJob,
} from './retention/schedule.js';
