import type { HeldPartition, Keeper } from './keeper.js';
import type { ClaimedPartition, CursorPoint } from './partition-cursor.js';
import type { Session } from './session.js';
import { EMPTY_SNAPSHOT } from './snapshot.js';

/** PostgreSQL forces everything to disk within three times wal_writer_delay: 0.6 s unless it was raised. */
const ON_DISK_AFTER_MS = 5000;
const REMEMBER_EVERY_MS = 1000;

interface Remembered {
  readonly at: number;
  readonly points: ReadonlyMap<number, CursorPoint>;
}

/**
 * Of a group that is one reader alone: has every partition, keeps nothing in the database. After a
 * lost connection it goes on from where it was some seconds before: see Holdings.retire.
 */
export class LoneKeeper implements Keeper {
  #start: string | undefined;
  #past: Remembered[] = [];

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

  async claim(count: number, held: readonly number[]): Promise<readonly ClaimedPartition[]> {
    const start = { prev: this.#start ?? EMPTY_SNAPSHOT, cur: null, position: 0n };
    const safe = this.#past.findLast(({ at }) => at < performance.now() - ON_DISK_AFTER_MS);
    return Array.from({ length: this.options.partitions }, (_, partition) => partition)
      .filter((partition) => !held.includes(partition))
      .slice(0, count)
      .map((partition) => ({ partition, fence: '1', point: safe?.points.get(partition) ?? start }));
  }

  async advance(held: readonly HeldPartition[]): Promise<ReadonlySet<number>> {
    const now = performance.now();
    const last = this.#past.at(-1);
    if (!last || now - last.at >= REMEMBER_EVERY_MS) {
      const points = new Map(last?.points);
      for (const { partition, point } of held) points.set(partition, point);
      this.#past.push({ at: now, points });
      if ((this.#past[1]?.at ?? now) < now - ON_DISK_AFTER_MS) this.#past.shift();
    }
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
