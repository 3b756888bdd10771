import type { Caller } from '../domain/caller.js';
import { completeness } from '../domain/completeness.js';
import type { LiveView } from '../domain/live-view.js';
import { NumberedLine } from '../domain/numbered-line.js';
import type { LiveUpdate } from '../domain/live-update.js';
import type { Page } from '../domain/page.js';
import type { FeedCursors, FeedPlace } from './feed-cursors.js';
import type { LiveLimits } from './live-limits.js';
import type { LiveResource } from './live-resource.js';
import {
  LiveError,
  type Acknowledge,
  type LiveClient,
  type ResyncReason,
} from './live-protocol.js';
import type { FeedPage, FeedPosition, History, Snapshot, Snapshots } from './history.js';

export interface FeedFollowerOptions {
  readonly resource: LiveResource;
  readonly caller: Caller;
  readonly client: LiveClient;
  readonly view: LiveView;
  readonly snapshots: Pick<Snapshots, 'newest'>;
  readonly history: History;
  readonly cursors: FeedCursors;
  readonly limits: LiveLimits;
  /** What came by before can't be told any more: things that no snapshot showed have to be told anew. */
  lost(reason: ResyncReason, shown: ReadonlySet<string>): void;
}

/**
 * Follows the feed of all of a customer's things of one kind for one session: opens it where a cursor stands, and
 * reads what has not come by. It follows also when the session has no feed subscription, so that an
 * update that got lost on its way is found.
 */
export class FeedFollower {
  readonly #options: FeedFollowerOptions;
  #started: Promise<void> | undefined;
  #epoch: string | undefined;
  /** Up to where the customer's updates have come by. */
  #seen = line(0);
  /** The highest number that history is known to have. */
  #latest = 0;
  /** Updates that come while a feed is being opened. */
  #early: LiveUpdate[] | undefined;
  /** Something came by and was not kept. */
  #dropped = false;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: FeedFollowerOptions) {
    this.#options = options;
  }

  /** Finds out where the feed stands; once, however often it is called. */
  start(): Promise<void> {
    const { history, caller } = this.#options;
    return this.#startBy(async () => this.#follow(await history.feedPosition(caller)));
  }

  /** Acks with a cursor, then emits what lies after the given one (without one: nothing). */
  async subscribe(cursor: string | undefined, ack: Acknowledge): Promise<void> {
    const from = cursor === undefined ? undefined : this.#read(cursor);
    const open = () => this.#opening(() => (from ? this.#resume(from, ack) : this.#begin(ack)));
    return this.#alone(async () => {
      if (!this.#started) return this.#startBy(open);
      await this.start();
      const { view } = this.#options;
      const covered = () =>
        !from || (from.epoch === this.#epoch && from.sequence >= (view.feed?.after ?? 0));
      // Where a feed begins again, it has to know all that it gave.
      if (view.feed && !covered() && this.behind) await this.#catchUp((one) => this.#take(one));
      if (view.feed && covered()) {
        return ack({ ok: true, cursor: this.cursorAt(view.feed.position) });
      }
      await open();
    });
  }

  /** Takes an update that came by, for {@link behind} and for a feed that is being opened. */
  receive(update: LiveUpdate): void {
    if (this.#early && this.#early.length < this.#seen.capacity) this.#early.push(update);
    else if (this.#early) this.#dropped = true;
    if (this.#epoch !== undefined) this.#seen.offer(update.feedSequence, update);
  }

  /** The feed subscription lacks something that came by, or that came before. */
  get behind(): boolean {
    const { feed } = this.#options.view;
    if (feed === undefined) return false;
    return this.#dropped || feed.gap || feed.position < Math.max(this.#seen.position, this.#latest);
  }

  /** Reads what has not come by and hands it to `receive`; true when nothing is missing any more. */
  catchUp(receive: (update: LiveUpdate) => void): Promise<boolean> {
    return this.#alone(() => this.#catchUp(receive));
  }

  /** Where the feed would continue now. */
  get cursor(): string {
    return this.cursorAt(this.#options.view.feed?.position ?? this.#seen.position);
  }

  cursorAt(sequence: number): string {
    const { cursors, caller } = this.#options;
    return cursors.encode(caller.customerId, { epoch: this.#epoch ?? '', sequence });
  }

  close(): void {
    this.#closed = true;
  }

  async #catchUp(receive: (update: LiveUpdate) => void): Promise<boolean> {
    const { history, caller, client } = this.#options;
    for (;;) {
      const sequence = this.#reached();
      this.#dropped = false;
      const page = await history.ofFeed(caller, sequence);
      if (this.#closed) return true;
      const stale = this.#staleness({ epoch: this.#epoch ?? '', sequence }, page);
      if (stale) return this.#startOver(stale, page);
      this.#follow(page);
      for (const update of page.updates) receive(update);
      if (isLast(page)) return !this.behind;
      await client.ready();
    }
  }

  /** Up to where nothing is missing, of the feed and of the subscriptions to single things. */
  #reached(): number {
    const { feed, ids } = this.#options.view;
    if (!feed) return this.#seen.position;
    // Things that are subscribed to from now on read their own history.
    if (ids.length === 0 && feed.position > this.#seen.position) {
      this.#seen.skipTo(feed.position);
    }
    return Math.min(feed.position, this.#seen.position);
  }

  async #begin(ack: Acknowledge): Promise<void> {
    const position = await this.#options.history.feedPosition(this.#options.caller);
    if (this.#closed) return;
    this.#follow(position);
    ack({ ok: true, cursor: this.cursorAt(position.latest) });
    this.#open(position.latest);
  }

  async #resume(from: FeedPlace, ack: Acknowledge): Promise<void> {
    const page = await this.#options.history.ofFeed(this.#options.caller, from.sequence);
    if (this.#closed) return;
    const stale = this.#staleness(from, page);
    if (stale) return this.#resync(stale, ack);
    this.#follow(page);
    ack({ ok: true, cursor: this.cursorAt(from.sequence) });
    this.#open(from.sequence);
    for (const update of page.updates) this.#take(update);
  }

  /** Has the client start over from a snapshot, and goes on after it; the things that it showed. */
  async #resync(reason: ResyncReason, ack?: Acknowledge): Promise<void> {
    const { client, resource, view, lost } = this.#options;
    const { position, snapshot } = await this.#snapshot();
    if (this.#closed) return;
    const known = new Map(snapshot.items.map(({ id, version }) => [id, version]));
    const shown = new Set(known.keys());
    this.#follow(position, shown);
    const cursor = this.cursorAt(position.latest);
    ack?.({ ok: true, cursor });
    // What the feed gave before counts no more: numbers may mean other changes now.
    view.leaveFeed();
    client.resync(resource, { reason, snapshot, cursor });
    this.#open(position.latest, known);
    this.#seen.skipTo(position.latest);
    lost(reason, shown);
  }

  /**
   * The things, and a place in the feed that is not behind them; when they change all the time, one
   * that may lie before what they show: a resume from it repeats that.
   */
  async #snapshot(): Promise<{ position: FeedPosition; snapshot: Page<Snapshot> }> {
    const { history, snapshots, caller } = this.#options;
    for (let tries = 1; ; tries += 1) {
      const position = await history.feedPosition(caller);
      const snapshot = await snapshots.newest(caller, 100);
      if (tries === snapshotTries) return { position, snapshot };
      const { epoch, latest } = await history.feedPosition(caller);
      if (epoch === position.epoch && latest === position.latest) return { position, snapshot };
    }
  }

  #open(after: number, snapshot?: ReadonlyMap<string, number>): void {
    this.#options.view.openFeed(after, snapshot);
    for (const update of this.#early ?? []) this.#take(update);
  }

  #take(update: LiveUpdate): void {
    this.#seen.offer(update.feedSequence, update);
    this.#options.view.receive(update);
  }

  async #startOver(reason: ResyncReason, position: FeedPosition): Promise<boolean> {
    const { view, lost } = this.#options;
    if (view.feed) await this.#opening(() => this.#resync(reason));
    else {
      this.#follow(position);
      this.#seen.skipTo(position.latest);
      lost(reason, new Set());
    }
    return true;
  }

  async #opening(open: () => Promise<void>): Promise<void> {
    this.#early = [];
    try {
      await open();
    } finally {
      this.#early = undefined;
    }
  }

  #startBy(start: () => Promise<void>): Promise<void> {
    this.#started ??= start().catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  /** One after the other: a feed is not opened in the midst of catching up. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** `shown`: things that a snapshot has told anew. */
  #follow({ epoch, latest }: FeedPosition, shown: ReadonlySet<string> = new Set()): void {
    const before = this.#epoch;
    this.#latest = epoch === before ? Math.max(latest, this.#latest) : latest;
    if (epoch === before) return;
    this.#epoch = epoch;
    this.#seen = line(latest);
    if (before !== undefined) this.#options.lost('EPOCH_CHANGED', shown);
  }

  #staleness(from: FeedPlace, page: FeedPage): ResyncReason | undefined {
    if (from.epoch !== page.epoch) return 'EPOCH_CHANGED';
    const { updates, latest } = page;
    const numbers = updates.map(({ feedSequence }) => feedSequence);
    const answered = completeness(from.sequence, { numbers, latest, partly: true });
    if (answered === 'ahead') return 'CURSOR_AHEAD';
    const { maxReplay } = this.#options.limits;
    const tooMany = latest - from.sequence > maxReplay;
    return answered === 'gone' || tooMany ? 'CURSOR_TOO_OLD' : undefined;
  }

  #read(cursor: string): FeedPlace {
    const { cursors, caller } = this.#options;
    const place = cursors.decode(caller.customerId, cursor);
    if (place) return place;
    throw new LiveError('CURSOR_INVALID', 'The cursor is not one that was given to this customer');
  }
}

const snapshotTries = 5;

function isLast({ updates, latest }: FeedPage): boolean {
  return (updates.at(-1)?.feedSequence ?? latest) >= latest;
}

function line(after: number): NumberedLine<LiveUpdate> {
  return new NumberedLine<LiveUpdate>({ after, handOver: () => undefined });
}
