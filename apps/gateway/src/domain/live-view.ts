import { NumberedLine } from './numbered-line.js';
import type { LiveUpdate } from './live-update.js';

/** Sends an update to the socket; a feed that resumes after `feedPosition` misses and repeats nothing. */
export type Emit = (update: LiveUpdate, feedPosition: number) => void;

type Line = NumberedLine<LiveUpdate>;
type ReadableLine = Pick<Line, 'after' | 'position' | 'gap'>;

/**
 * What one socket has and is to get: its subscriptions to single things of one kind and its feed of all of the
 * customer's things of that kind. Each update that any of them covers is emitted once. While there is a feed, what it covers
 * is emitted in feed order, also when a thing's history knows it already, so that the position given
 * with each update is one to resume from: all before it was emitted, nothing behind it.
 */
export class LiveView {
  readonly #lines = new Map<string, Line>();
  readonly #emit: Emit;
  #feed: Line | undefined;
  /** The last feed number whose turn has come; behind the line's position while it drains. */
  #feedTurn = 0;
  /** Up to which version a snapshot showed things. */
  readonly #shown = new Map<string, number>();
  #snapshots = 0;
  /** What the feed gave before it was opened again. */
  #gave = { after: 0, position: 0 };

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** The things that are subscribed to. */
  get ids(): readonly string[] {
    return [...this.#lines.keys()];
  }

  /** How many things are subscribed to. */
  get watched(): number {
    return this.#lines.size;
  }

  get feed(): ReadableLine | undefined {
    return this.#feed;
  }

  line(id: string): ReadableLine | undefined {
    return this.#lines.get(id);
  }

  /** How often a snapshot was told. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /**
   * Begins to keep the updates of a thing, for {@link open}. `asked`: the snapshots that had been
   * told when the client asked; what a later one showed is not sent again.
   */
  join(id: string, afterVersion: number, asked = this.#snapshots): void {
    if (asked === this.#snapshots) this.#shown.delete(id);
    this.#lines.set(
      id,
      new NumberedLine<LiveUpdate>({
        after: afterVersion,
        held: true,
        handOver: (update) => this.#fromLine(update),
      }),
    );
  }

  /** Emits what the history and the line hold, then what comes. */
  open(id: string, history: readonly LiveUpdate[]): void {
    const line = this.#lines.get(id);
    if (line === undefined) return;
    const held = line.take();
    line.open();
    this.receiveAll([...history, ...held]);
  }

  /** For an open line, asked for from an earlier version: emits what lies before its start. */
  extend(id: string, afterVersion: number, history: readonly LiveUpdate[]): void {
    const line = this.#lines.get(id);
    if (line === undefined) return;
    const earlier = history.filter((update) => update.version <= line.after);
    const toCome = earlier.filter((update) => this.#comesByFeed(update));
    line.startBefore(toCome.at(-1)?.version ?? afterVersion);
    for (const update of earlier) if (!this.#comesByFeed(update)) this.#fromLine(update);
    for (const update of toCome) this.receive(update);
    this.receiveAll(history);
  }

  /** A thing's updates up to a version are known otherwise; it goes on behind that. */
  skip(id: string, toVersion: number): void {
    const line = this.#lines.get(id);
    if (line === undefined) return;
    const waiting = line.take();
    line.skipTo(toVersion);
    line.open();
    this.receiveAll(waiting);
  }

  leave(id: string): void {
    this.#shown.delete(id);
    this.#lines.delete(id);
  }

  /**
   * Begins the feed after a number, also an earlier one than before: what this socket got from it is
   * not emitted again. Updates up to `snapshot`'s versions count as known.
   */
  openFeed(after: number, snapshot?: ReadonlyMap<string, number>): void {
    if (snapshot) this.#snapshots += 1;
    if (this.#feed) this.#gave = { after: this.#feed.after, position: this.#feedTurn };
    this.#feedTurn = after;
    for (const [id, version] of snapshot ?? []) this.#shown.set(id, version);
    this.#feed = new NumberedLine<LiveUpdate>({
      after,
      handOver: (update) => this.#fromFeed(update),
    });
    for (const [id, version] of snapshot ?? []) this.#lines.get(id)?.skipTo(version);
    // What subscriptions to single things wait for comes with the feed from now on.
    for (const line of this.#lines.values()) for (const item of line.take()) this.receive(item);
  }

  leaveFeed(): void {
    const waiting = this.#feed?.take() ?? [];
    this.#feed = undefined;
    this.#gave = { after: 0, position: 0 };
    this.#shown.clear();
    for (const update of waiting) this.#toLine(update);
  }

  /** Takes an update from anywhere: live, repeated, early, or read from history. */
  receive(update: LiveUpdate): void {
    if (this.#comesByFeed(update)) this.#feed?.offer(update.feedSequence, update);
    else this.#toLine(update);
  }

  /** Takes history of one thing, which may lie ahead of where the feed stands: that waits for its turn. */
  receiveAll(history: readonly LiveUpdate[]): void {
    for (const update of history) this.receive(update);
  }

  /** The feed covers it, and its turn has not come. */
  #comesByFeed({ feedSequence }: LiveUpdate): boolean {
    return this.#feed !== undefined && feedSequence > this.#feed.position;
  }

  #toLine(update: LiveUpdate): void {
    this.#lines.get(update.id)?.offer(update.version, update);
  }

  #fromLine(update: LiveUpdate): void {
    if (this.#wasShown(update)) return;
    if (this.#feed === undefined) this.#emit(update, update.feedSequence);
    else if (!this.#feedGave(update)) this.#emit(update, this.#feedTurn);
  }

  #fromFeed(update: LiveUpdate): void {
    const known =
      this.#feedGave(update) ||
      this.#lines.get(update.id)?.has(update.version) ||
      this.#wasShown(update);
    this.#feedTurn = update.feedSequence;
    if (!known) this.#emit(update, update.feedSequence);
    this.#toLine(update);
  }

  #wasShown({ id, version }: LiveUpdate): boolean {
    return version <= (this.#shown.get(id) ?? 0);
  }

  #feedGave({ feedSequence }: LiveUpdate): boolean {
    const within = (after: number, position: number) =>
      feedSequence > after && feedSequence <= position;
    return (
      within(this.#feed?.after ?? 0, this.#feedTurn) ||
      within(this.#gave.after, this.#gave.position)
    );
  }
}
