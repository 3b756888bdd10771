import type { FinishedRange, GroupHistory, HistoryFrom, LogRow, PgLog } from '@mesh/pg-log';
import type { Delivery } from '../../delivery.js';
import { ReplayError } from '../../errors.js';
import type { GroupPlace, ReplayFrom, ReplayRange } from '../../group-position.js';
import type { Replays } from '../../replays.js';
import { EmbeddedDelivery } from './delivery.js';
import { groupNameOf } from './group-name.js';

/** Sends the cursors of a group back. An offset is a position of the log, as in `Delivery.position`. */
export class EmbeddedReplays implements Replays {
  constructor(
    private readonly log: PgLog,
    /** Runs what asks the database, and tells its errors as the transport's own. */
    private readonly reach: <T>(ask: () => Promise<T>) => Promise<T>,
  ) {}

  async plan(place: GroupPlace, from: ReplayFrom): Promise<readonly ReplayRange[]> {
    const begin = this.#fromOf(place, from);
    const ranges = await this.reach(() => this.#historyOf(place).finished(begin).catch(refuseGone));
    return ranges.map((one) => ({
      ...{ partition: one.partition, from: String(one.from), until: String(one.until) },
    }));
  }

  async read(
    place: GroupPlace,
    ranges: readonly ReplayRange[],
    onBatch: (deliveries: readonly Delivery[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const take = (rows: readonly LogRow[]) =>
      onBatch(rows.map((row) => new EmbeddedDelivery(row, place.group, row.signal)));
    await this.#historyOf(place).read(ranges.map(finishedOf), take, signal);
  }

  async vacant(place: GroupPlace): Promise<void> {
    const members = await this.reach(() => this.#historyOf(place).membersLeft());
    if (members > 0) throw activeError(place, `has members elsewhere (${members} alive)`);
  }

  async rewind(place: GroupPlace, ranges: readonly ReplayRange[]): Promise<void> {
    await this.vacant(place);
    try {
      await this.#historyOf(place).sendBack(ranges.map(finishedOf));
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'GROUP_ACTIVE') throw error;
      throw activeError(place, 'was joined meanwhile', error);
    }
  }

  #historyOf(place: GroupPlace): GroupHistory {
    return this.log.history(groupNameOf(place), [place.source]);
  }

  #fromOf({ source }: GroupPlace, from: ReplayFrom): HistoryFrom {
    if (from.kind !== 'offset') return from;
    const { partition, offset } = from;
    if (partition < this.log.partitions)
      return { kind: 'position', partition, position: BigInt(offset) };
    throw new ReplayError(
      'REPLAY_REFUSED',
      `${source} has no partition ${partition}; it has 0 to ${this.log.partitions - 1}`,
    );
  }
}

function finishedOf({ partition, from, until }: ReplayRange): FinishedRange {
  return { partition, from: BigInt(from), until: BigInt(until) };
}

/** What retention has dropped can't be replayed; the log says which that is. */
function refuseGone(error: unknown): never {
  if ((error as { code?: unknown }).code !== 'HISTORY_GONE') throw error;
  throw new ReplayError('REPLAY_REFUSED', (error as Error).message, { cause: error });
}

function activeError({ source, group }: GroupPlace, has: string, cause?: unknown): ReplayError {
  return new ReplayError(
    'GROUP_ACTIVE',
    `The group "${group}" on ${source} ${has}; stop them, or scale the service to one replica, and try again`,
    { cause },
  );
}
