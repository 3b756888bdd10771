// The outbox and the inbox of a service's database: an event and the change it tells of commit together, and have one effect.
// Start at outbox.ts, relay/relay.ts and inbox.ts.
// Not here: brokers, how the log reads, what an event means.
export { OutboxError, type OutboxErrorCode } from './errors.js';
export { inTransaction } from './in-transaction.js';
export { handleOnce, type HandledEvent } from './inbox.js';
export type { OpenTransaction } from './open-transaction.js';
export { OUTBOX_SCHEMA, Outbox, type AppendOptions, type OutboxLog } from './outbox.js';
export type { Backlog } from './postgres/backlog.js';
export { installDeadLetters } from './postgres/dead-letter-schema.js';
export { INBOX_SCHEMA, installInbox } from './postgres/inbox-schema.js';
export type { Queryable } from './postgres/queryable.js';
export { RELAY_GROUP } from './relay/relay-group.js';
export type { RelayHooks, RelayOptions, StopOptions } from './relay/relay-options.js';
export { Relay } from './relay/relay.js';
