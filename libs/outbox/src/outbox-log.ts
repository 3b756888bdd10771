import {
  isNumberedAppend,
  isWalAppend,
  PgLog,
  WalLog,
  type PgLogOptions,
  type WalLogOptions,
} from '@mesh/pg-log';

/** Schema of the log that the outbox writes and the relay reads, in the service's own database. */
export const OUTBOX_SCHEMA = 'mesh_outbox';

/** As the Kafka binding, in which entries are kept, writes the extension `sequence`. */
const SEQUENCE_HEADER = 'ce_sequence';

/** Where events are appended: a log that numbers the events of each key. */
export type OutboxLog = Pick<PgLog, 'append' | 'wake'>;

/**
 * The log of the outbox. Its events carry the CloudEvents extension `sequence`: their number within
 * their stream and key, from 1 and without gaps, as 19 digits.
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md
 */
export function outboxLog(options: Omit<PgLogOptions, 'schema' | 'numbering'>): PgLog {
  return new PgLog({ ...options, schema: OUTBOX_SCHEMA, numbering: { header: SEQUENCE_HEADER } });
}

/** The same without a table: in the WAL, for a relay by logical replication. */
export function outboxWalLog(options: Omit<WalLogOptions, 'schema' | 'numbering'>): WalLog {
  return new WalLog({ ...options, schema: OUTBOX_SCHEMA, numbering: { header: SEQUENCE_HEADER } });
}

/**
 * Whether a statement is an append to the outbox. Its answer tells nothing but success, so that a
 * connection may leave it to the commit.
 */
export function isAppend(text: string): boolean {
  return isNumberedAppend(OUTBOX_SCHEMA, text) || isWalAppend(OUTBOX_SCHEMA, text);
}
