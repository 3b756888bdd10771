import type { HeldPartition, Keeper } from './keeper.js';
import type { ClaimedPartition } from './partition-cursor.js';
import type { Session } from './session.js';
import { EMPTY_SNAPSHOT } from './snapshot.js';

/** Of a group that is one reader alone: has every partition, keeps nothing in the database. */
export class LoneKeeper implements Keeper {
  #start: string | undefined;
  #claimed = false;

  constructor(
    private readonly session: Session,
    private readonly options: { readonly from: 'start' | 'end'; readonly partitions: number },
  ) {}

  async join(): Promise<void> {
    this.#start ??=
      this.options.from === 'start' ? EMPTY_SNAPSHOT : await currentSnapshot(this.session);
  }

  async beat(): Promise<number> {
    return this.options.partitions;
  }

  async claim(): Promise<readonly ClaimedPartition[]> {
    if (this.#claimed || this.#start === undefined) return [];
    this.#claimed = true;
    const point = { prev: this.#start, cur: null, position: 0n };
    return Array.from({ length: this.options.partitions }, (_, partition) => ({
      partition,
      fence: '1',
      point,
    }));
  }

  async advance(held: readonly HeldPartition[]): Promise<ReadonlySet<number>> {
    return new Set(held.map(({ partition }) => partition));
  }

  async release(): Promise<void> {}

  async leave(): Promise<void> {}
}

async function currentSnapshot(session: Session): Promise<string> {
  const text = 'select pg_current_snapshot()::text as snapshot';
  const [row] = await session.query<{ snapshot: string }>({ text });
  return row?.snapshot ?? EMPTY_SNAPSHOT;
}
