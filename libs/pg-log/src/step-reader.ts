import type { LogRow } from './entry.js';
import type { PartitionCursor, ReadRow } from './partition-cursor.js';
import {
  floorStatement,
  openStatement,
  pageStatement,
  type ReadBounds,
} from './read-statements.js';
import { ClosedSegments } from './retention/closed-segments.js';
import type { Session } from './session.js';
import { EMPTY_SNAPSHOT, snapshotParts } from './snapshot.js';
import type { Steps } from './steps.js';

interface EntryColumns {
  readonly partition: number;
  readonly position: string;
  readonly stream: string;
  readonly key: string | null;
  readonly routing_key: string | null;
  readonly headers: unknown;
  readonly body: Buffer;
  readonly appended_ms: number;
}
type OpenRow = { readonly snapshot: string; readonly truncated: boolean } & (
  EntryColumns | { readonly partition: null }
);
type PageRow = EntryColumns & { readonly found: string };

export interface StepReaderOptions extends ReadBounds {
  readonly schema: string;
  readonly streams: readonly string[] | null;
}

/**
 * Reads partitions step by step. A step is what one snapshot shows and an earlier one does not,
 * in order of position: nothing that commits late is skipped, and since a key's entries are
 * numbered under a lock, a snapshot that shows the later one shows the earlier one too.
 */
export class StepReader implements Steps {
  readonly #open: { readonly name: string; readonly text: string };
  readonly #floor: { readonly name: string; readonly text: string };
  readonly #page: { readonly name: string; readonly text: string };
  /** Counts opened steps, so that the cursors that waited longest go first. */
  readonly #openedAt = new WeakMap<PartitionCursor, number>();
  #opened = 0;
  #closed: ClosedSegments;

  constructor(
    private readonly session: Session,
    private readonly options: StepReaderOptions,
  ) {
    this.#open = { name: 'log-open', text: openStatement(options.schema, options) };
    this.#floor = { name: 'log-floor', text: floorStatement(options.schema) };
    this.#page = { name: 'log-page', text: pageStatement(options.schema) };
    this.#closed = new ClosedSegments(session, options.schema);
  }

  /** The connection was lost: after a crash transaction ids may be given out again. */
  forget(): void {
    this.#closed = new ClosedSegments(this.session, this.options.schema);
  }

  async read(cursors: readonly PartitionCursor[]): Promise<{ rows: ReadRow[]; more: boolean }> {
    const rows: ReadRow[] = [];
    const underWay = cursors.filter((cursor) => cursor.point.cur !== null);
    if (underWay.length > 0) rows.push(...(await this.#readPage(underWay)));

    let snapshot: string | null = null;
    let more = underWay.length > 0;
    for (const cohort of this.#cohorts(cursors.filter((cursor) => !underWay.includes(cursor)))) {
      if (rows.length >= this.options.batch) return { rows, more: true };
      const step = await this.#openStep(cohort, snapshot);
      snapshot ??= step.snapshot;
      more ||= step.truncated;
      rows.push(...step.rows);
    }
    return { rows, more };
  }

  /** Cursors that stand at the same snapshot; after a step they all stand at its end. */
  #cohorts(cursors: readonly PartitionCursor[]): PartitionCursor[][] {
    const age = (cohort: PartitionCursor[]) =>
      Math.min(...cohort.map((cursor) => this.#openedAt.get(cursor) ?? 0));
    return [...Map.groupBy(cursors, (cursor) => cursor.point.prev).values()].sort(
      (a, b) => age(a) - age(b),
    );
  }

  async #openStep(cohort: readonly PartitionCursor[], until: string | null) {
    const prev = cohort[0]?.point.prev ?? EMPTY_SNAPSHOT;
    const { xmax, inProgress } = snapshotParts(prev);
    await this.#closed.refresh();
    const floor = this.#closed.floorOf(xmax);
    const where = [
      ...[cohort.map((cursor) => cursor.partition), this.options.streams, floor],
      inProgress.length > 0 ? this.#closed.floorOf(oldest(inProgress)) : floor,
    ];
    const values = [xmax, inProgress, until, ...where];
    const found = await this.session.query<OpenRow>({ ...this.#open, values });
    const snapshot = until ?? found[0]?.snapshot ?? prev;
    const truncated = found[0]?.truncated === true;
    const opened = ++this.#opened;
    for (const cursor of cohort) this.#openedAt.set(cursor, opened);

    if (truncated) {
      const values = [xmax, inProgress, snapshot, ...where];
      await this.#beginLargeStep(cohort, { prev, cur: snapshot, values });
      return { rows: [], snapshot, truncated };
    }
    const byPartition = Map.groupBy(
      found.filter((row): row is OpenRow & EntryColumns => row.partition !== null),
      (row) => row.partition,
    );
    const rows = cohort.flatMap((cursor) => {
      const step = { prev, cur: snapshot, position: 0n };
      const taken = (byPartition.get(cursor.partition) ?? []).map((row) => toRow(row, cursor));
      return cursor.add(taken, { prev: snapshot, cur: null, position: 0n }, step);
    });
    return { rows: rows.sort(byPosition), snapshot, truncated };
  }

  async #beginLargeStep(
    cohort: readonly PartitionCursor[],
    { prev, cur, values }: { prev: string; cur: string; values: unknown[] },
  ): Promise<void> {
    const floor = prev === EMPTY_SNAPSHOT ? 1n : await this.#floorOf(values);
    for (const cursor of cohort) {
      cursor.point =
        floor === undefined
          ? { prev: cur, cur: null, position: 0n }
          : { prev, cur, position: floor - 1n };
    }
  }

  async #floorOf(values: unknown[]): Promise<bigint | undefined> {
    const [row] = await this.session.query<{ floor: string | null }>({ ...this.#floor, values });
    return row?.floor ? BigInt(row.floor) : undefined;
  }

  async #readPage(cursors: readonly PartitionCursor[]): Promise<ReadRow[]> {
    const limit = Math.ceil(this.options.batch / cursors.length);
    const values = [
      cursors.map((cursor) => cursor.partition),
      cursors.map((cursor) => cursor.point.prev),
      cursors.map((cursor) => cursor.point.cur),
      cursors.map((cursor) => cursor.point.position),
      this.options.streams,
      limit,
      Math.ceil(this.options.maxBytes / cursors.length),
    ];
    const found = await this.session.query<PageRow>({ ...this.#page, values });
    const byPartition = Map.groupBy(found, (row) => row.partition);
    const rows = cursors.flatMap((cursor) => {
      const step = cursor.point;
      const page = byPartition.get(cursor.partition) ?? [];
      const taken = page.map((row) => toRow(row, cursor));
      const last = taken.at(-1);
      const available = Number(page[0]?.found ?? 0);
      const whole = available < limit && page.length === available;
      const next =
        whole || last === undefined
          ? { prev: step.cur ?? step.prev, cur: null, position: 0n }
          : { ...step, position: last.position };
      return cursor.add(taken, next, step);
    });
    return rows.sort(byPosition);
  }
}

function oldest(xids: readonly string[]): string {
  return xids.reduce((a, b) => (BigInt(a) < BigInt(b) ? a : b));
}

function toRow(columns: EntryColumns, cursor: PartitionCursor): LogRow {
  return {
    position: BigInt(columns.position),
    partition: columns.partition,
    appendedAt: new Date(columns.appended_ms),
    stream: columns.stream,
    key: columns.key,
    routingKey: columns.routing_key,
    headers: headersOf(columns.headers),
    body: columns.body,
    signal: cursor.signal,
  };
}

/** None where somebody else's insert left what is no object: JSON can be anything. */
function headersOf(json: unknown): Readonly<Record<string, string>> {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject ? (json as Record<string, string>) : {};
}

function byPosition(a: ReadRow, b: ReadRow): number {
  return a.row.position < b.row.position ? -1 : 1;
}
