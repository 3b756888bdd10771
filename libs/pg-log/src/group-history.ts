import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRow } from './entry.js';
import { LogError } from './errors.js';
import { historyStatements } from './history-statements.js';
import { PartitionCursor } from './partition-cursor.js';
import { segmentStatements } from './retention/segment-statements.js';
import type { Session } from './session.js';
import { StepReader } from './step-reader.js';

const LOOK_EVERY_MS = 100;
const MARGIN_MS = 200;

/** To where a group looks back: the oldest row, the first one of each partition from a time on, a position of one partition. */
export type HistoryFrom =
  | { readonly kind: 'start' }
  | { readonly kind: 'time'; readonly time: Date }
  | { readonly kind: 'position'; readonly partition: number; readonly position: bigint };

/** Finished rows of a partition: from `from` up to just before `until`. */
export interface FinishedRange {
  readonly partition: number;
  readonly from: bigint;
  readonly until: bigint;
}

export interface GroupHistoryOptions {
  readonly schema: string;
  readonly group: string;
  readonly streams: readonly string[] | null;
}

/** What a group has finished, and its way back there. Looking changes nothing and the group does not notice. */
export class GroupHistory {
  readonly #sql: ReturnType<typeof historyStatements>;

  constructor(
    private readonly session: Session,
    private readonly options: GroupHistoryOptions,
  ) {
    this.#sql = historyStatements(options.schema);
  }

  /**
   * By partition what is finished from there on; nothing of a partition where nothing is, or of a group that is unknown.
   * @throws LogError HISTORY_GONE when retention dropped a part of it
   */
  async finished(from: HistoryFrom): Promise<readonly FinishedRange[]> {
    const { group, streams } = this.options;
    await this.#refuseGone(from);
    const rows = await this.#run<{ partition: number; first: string; until: string }>('finished', [
      ...[group, streams, from.kind === 'time' ? from.time : null],
      ...(from.kind === 'position' ? [from.position, from.partition] : [0, null]),
    ]);
    return rows.map(({ partition, first, until }) => ({
      ...{ partition, from: BigInt(first), until: BigInt(until) },
    }));
  }

  /** Reads finished rows as the group would be given them again, in batches, each after the promise of the one before. */
  async read(
    ranges: readonly FinishedRange[],
    onRows: (rows: readonly LogRow[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { schema, streams } = this.options;
    const bounds = { batch: 500, maxBytes: 8 * 1024 * 1024 };
    const steps = new StepReader(this.session, { schema, streams, ...bounds });
    const until = new Map(ranges.map((one) => [one.partition, one.until]));
    let cursors = await this.#sentBack(ranges);
    while (cursors.length > 0) {
      signal.throwIfAborted();
      const { rows } = await steps.read(cursors);
      const within = rows
        .map(({ row }) => row)
        .filter((row) => row.position < until.get(row.partition)!);
      if (within.length > 0) await onRows(within);
      for (const row of rows) {
        row.cursor.handOver(row);
        row.cursor.settle(row, true);
      }
      cursors = cursors.filter(
        ({ partition, point }) => point.cur !== null && point.position + 1n < until.get(partition)!,
      );
    }
  }

  /**
   * Fulfilled with how many members are alive: 0 as soon as there are none; others only once each of
   * them said so again after it could have been dead.
   */
  async membersLeft(): Promise<number> {
    const look = async () => {
      const rows = await this.#run<{ members: number; remainingMs: number }>('members', [
        this.options.group,
      ]);
      return rows[0] ?? { members: 0, remainingMs: 0 };
    };
    const first = await look();
    const deadline = performance.now() + first.remainingMs + MARGIN_MS;
    let { members } = first;
    while (members > 0 && performance.now() < deadline) {
      await sleep(LOOK_EVERY_MS);
      ({ members } = await look());
    }
    return members;
  }

  /**
   * Sends the group back to where the ranges begin: all of them, or none. Rows of a key keep their order,
   * and what was not finished yet comes as it would have.
   * @throws LogError GROUP_ACTIVE while a member is alive
   */
  async sendBack(ranges: readonly FinishedRange[]): Promise<void> {
    if (ranges.length === 0) return;
    const moved = await this.#run('sendBack', this.#places(ranges));
    if (moved.length === ranges.length) return;
    throw new LogError(
      'GROUP_ACTIVE',
      `The group "${this.options.group}" has members: nothing was changed; close its readers and try again`,
      true,
    );
  }

  /** By partition how many rows are not finished; at most 100,000 are looked at. Nothing of a group that is unknown. */
  behind(): Promise<readonly { readonly partition: number; readonly count: number }[]> {
    return this.#run('behind', [this.options.group, this.options.streams]);
  }

  async #refuseGone(from: HistoryFrom): Promise<void> {
    if (from.kind === 'start') return;
    const { schema } = this.options;
    const text = segmentStatements(schema).gone;
    const [gone] = await this.session.query<{ until: string; before: Date }>({ text });
    if (gone === undefined) return;
    const later = 'Begin later, at the start of what is left, or keep more (retention)';
    if (from.kind === 'position' && from.position < BigInt(gone.until))
      throw new LogError(
        'HISTORY_GONE',
        `Positions before ${gone.until} are gone from the log "${schema}", and ${from.position} with them. ${later}`,
      );
    // Infinite before anything was dropped.
    if (from.kind === 'time' && gone.before instanceof Date && from.time < gone.before)
      throw new LogError(
        'HISTORY_GONE',
        `What was appended before ${gone.before.toISOString()} is gone from the log "${schema}": from ${from.time.toISOString()} on it is not whole. ${later}`,
      );
  }

  async #sentBack(ranges: readonly FinishedRange[]): Promise<PartitionCursor[]> {
    const points = await this.#run<{
      partition: number;
      prev: string;
      cur: string;
      position: string;
    }>('points', this.#places(ranges));
    return points.map(({ partition, prev, cur, position }) => {
      const point = { prev, cur, position: BigInt(position) };
      return new PartitionCursor({ partition, fence: '0', point });
    });
  }

  #places(ranges: readonly FinishedRange[]): unknown[] {
    const partitions = ranges.map(({ partition }) => partition);
    return [this.options.group, partitions, ranges.map(({ from }) => from)];
  }

  #run<Row extends object>(name: keyof ReturnType<typeof historyStatements>, values: unknown[]) {
    return this.session.query<Row>({ name: `log-history-${name}`, text: this.#sql[name], values });
  }
}
