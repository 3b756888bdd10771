import type { PgLog, WalLog } from '@mesh/pg-log';
import type pg from 'pg';
import { outboxLog, outboxWalLog, type OutboxLog } from './outbox-log.js';
import { readBacklog } from './postgres/backlog.js';
import { isTableThere, sealTable, unsealTable } from './postgres/table-seal.js';
import type { RelayLog } from './relay/relay-options.js';

/** How a service's outbox is relayed: from a table, by polling; or from the WAL, by logical replication. */
export type RelayMode = 'polling' | 'logical';

export interface OpenOutboxOptions {
  readonly pool: pg.Pool;
  /** Bytes of WAL that may wait, in the mode `logical`. @default 1 GiB */
  readonly maxWalBytes?: number;
}

/** What is left of the other mode: to be published before anything else. */
export interface Leftover {
  readonly log: RelayLog;
  /** Once it is empty; false when it is not. */
  forget(): Promise<boolean>;
}

/** A service's outbox in its mode, and what the other mode has left to be published first. */
export type OpenedOutbox = (
  | { readonly mode: 'polling'; readonly log: PgLog }
  | {
      readonly mode: 'logical';
      readonly log: WalLog;
      /** Of the mode `polling` that the service once had. */
      readonly table: PgLog | undefined;
    }
) & {
  readonly leftover: Leftover | undefined;
  /** Appends and relays: `log`, whichever it is. */
  readonly outbox: OutboxLog & RelayLog;
  close(): Promise<void>;
};

/**
 * Opens the outbox in one mode and closes it in the other: from then on the database refuses appends of
 * replicas that still run in the other mode, as OUTBOX_CLOSED, so that no key has events in both.
 * Waits for transactions that have appended.
 * @throws LogError SERVER_UNFIT listing what the server lacks for `logical`
 */
export async function openOutbox(
  mode: RelayMode,
  { pool, maxWalBytes }: OpenOutboxOptions,
): Promise<OpenedOutbox> {
  const table = outboxLog({ pool, singleGroup: true });
  const wal = outboxWalLog({ pool, ...(maxWalBytes !== undefined && { maxBytes: maxWalBytes }) });
  const close = async () => {
    await table.close();
    await wal.close();
  };
  if (mode === 'polling') {
    await table.install();
    const isLeft = await wal.isInstalled();
    if (isLeft) await wal.seal();
    await unsealTable(pool);
    const leftover = isLeft ? { log: wal, forget: () => wal.drop() } : undefined;
    return { mode, log: table, outbox: table, leftover, close };
  }
  await wal.install();
  if (!(await isTableThere(pool)))
    return { mode, log: wal, table: undefined, outbox: wal, leftover: undefined, close };
  await sealTable(pool);
  const log = {
    reader: table.reader.bind(table),
    wake: () => table.wake(),
    backlog: () => readBacklog(pool),
  };
  const leftover = { log, forget: async () => true };
  return { mode, log: wal, table, outbox: wal, leftover, close };
}
