import type pg from 'pg';
import type { Doorbell } from './doorbell.js';
import { GroupKeeper } from './group-keeper.js';
import { GroupReader } from './group-reader.js';
import { LoneKeeper } from './lone-keeper.js';
import { READ_SETTINGS } from './read-statements.js';
import type { LogReader, ReaderOptions } from './reader-options.js';
import { connectionOf, Session } from './session.js';
import { StepReader } from './step-reader.js';

/** What a log shares with its readers. */
export interface ReaderSurroundings {
  readonly schema: string;
  readonly partitions: number;
  readonly pool: pg.Pool;
  readonly control: Session;
  readonly doorbell: Doorbell;
  readonly singleGroup: boolean;
}

/** Puts a reader together: a connection of its own to read on, the log's shared one for the rest. */
export function openReader(options: ReaderOptions, around: ReaderSurroundings): LogReader {
  const { group, from, leaseMs = 5000, batch = 500, maxBytes = 8 * 1024 * 1024 } = options;
  const { schema, partitions, control, doorbell, singleGroup } = around;
  const session: Session = new Session(connectionOf(around.pool, READ_SETTINGS), undefined, () => {
    steps.forget();
    reader.onConnectionLost();
  });
  const steps = new StepReader(session, {
    ...{ schema, streams: options.streams ?? null, batch, maxBytes },
  });
  const reader = new GroupReader({
    group,
    streams: options.streams,
    handOver: options.handOver,
    batches: options.batches,
    window: options.window,
    onError: options.onError,
    leaseMs,
    pollMs: options.pollMs ?? 1000,
    readAhead: 4 * Math.max(batch, options.window?.count ?? 0),
    retry: { minMs: options.retry?.minMs ?? 50, maxMs: options.retry?.maxMs ?? 10_000 },
    keeper: options.ephemeral
      ? new LoneKeeper(control, { from, partitions })
      : new GroupKeeper(control, {
          ...{ schema, partitions, group, from, leaseMs },
          announce: () => doorbell.announce(group),
          onOthers: (others) => (doorbell.unheard = singleGroup && others === 0),
        }),
    steps,
    doorbell,
    closeSession: () => session.close(),
  });
  return reader;
}
