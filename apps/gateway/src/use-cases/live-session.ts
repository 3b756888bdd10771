import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import type { Caller } from '../domain/caller.js';
import { completeness } from '../domain/completeness.js';
import { LiveView } from '../domain/live-view.js';
import type { LiveUpdate } from '../domain/live-update.js';
import type { FeedCursors } from './feed-cursors.js';
import { FeedFollower } from './feed-follower.js';
import { liveLimits, type LiveLimits } from './live-limits.js';
import {
  LiveError,
  type Acknowledge,
  type LiveClient,
  type Refusal,
  type ResyncReason,
} from './live-protocol.js';
import type { History, Snapshot, Snapshots, Tail } from './history.js';
import type { LiveResource } from './live-resource.js';
import { Repairs } from './repairs.js';
import { Turns } from './turns.js';

export interface LiveSessionOptions {
  readonly resource: LiveResource;
  readonly caller: Caller;
  readonly client: LiveClient;
  readonly snapshots: Snapshots;
  readonly history: History;
  readonly cursors: FeedCursors;
  /** @default liveLimits */
  readonly limits?: LiveLimits;
  /** What the limits hold over, with the client's other sessions. @default this session alone */
  readonly shared?: SharedLimits;
  /** Told of what failed and will not be tried again. */
  failed(error: unknown): void;
}

/** Limits that hold over all sessions of a client. */
export interface SharedLimits {
  readonly turns: Turns;
  /** Single things that any of them is subscribed to. */
  readonly watched: number;
  /** What these are called, in the plural. */
  readonly things: string;
}

/**
 * The live updates of one resource to one socket: each subscription gets what lies behind it, then what comes, without
 * a gap or a repeat. Live updates may get lost, doubled or swapped on their way here: what is missing
 * is read from the history, at the next update or at the latest by the next probe.
 */
export class LiveSession {
  readonly caller: Caller;
  readonly #options: LiveSessionOptions;
  readonly #resource: LiveResource;
  readonly #limits: LiveLimits;
  readonly #view: LiveView;
  readonly #feed: FeedFollower;
  readonly #shared: SharedLimits;
  readonly #repairs: Repairs;
  #probe: NodeJS.Timeout | undefined;
  /** The feed subscription that is being answered. */
  #opening: Promise<void> | undefined;
  #closed = false;

  constructor(options: LiveSessionOptions) {
    const limits = options.limits ?? liveLimits;
    this.caller = options.caller;
    this.#options = options;
    this.#resource = options.resource;
    this.#limits = limits;
    this.#view = new LiveView((update, position) =>
      options.client.updated(this.#resource, update, this.#feed.cursorAt(position)),
    );
    this.#feed = new FeedFollower({
      ...{ ...options, limits, view: this.#view },
      lost: (reason, shown) => this.#tellAnew(reason, shown),
    });
    this.#shared = options.shared ?? this.#alone(limits);
    this.#repairs = new Repairs({
      timing: limits.repair,
      failed: (error) => this.#worthTrying(error),
    });
    this.#probeLater();
  }

  /**
   * Acks, then sends the updates of one thing after a version, then live. When these are not kept any more,
   * sends the thing as it is instead.
   */
  subscribe(id: string, afterVersion: number, ack: Acknowledge): void {
    const asked = this.#view.snapshots;
    this.#turn(`${this.#resource.name} ${id}`, ack, async () => {
      await this.#feed.start();
      const known = this.#view.line(id);
      if (known && afterVersion >= known.after) return ack({ ok: true });
      if (!known) this.#joinOne(id, afterVersion, asked);
      try {
        await this.#openOne(id, { afterVersion, known: known !== undefined, ack });
      } catch (error) {
        if (!known) this.#view.leave(id);
        throw error;
      }
      this.#mend(id);
    });
  }

  /** Acks with a cursor, then sends what lies after the given one (without one: nothing), then live. */
  subscribeFeed(cursor: string | undefined, ack: Acknowledge): void {
    this.#turn(this.#resource.feed, ack, async () => {
      const opening = this.#feed.subscribe(cursor, ack);
      this.#opening = opening.catch(() => undefined);
      await opening;
      if (this.#feed.behind) this.#catchUp(0);
    });
  }

  unsubscribe(id: string, ack: Acknowledge): void {
    this.#turn(`${this.#resource.name} ${id}`, ack, async () => {
      this.#view.leave(id);
      ack({ ok: true });
    });
  }

  unsubscribeFeed(ack: Acknowledge): void {
    this.#turn(this.#resource.feed, ack, async () => {
      // What subscriptions to single things have left to the feed comes first.
      if (this.#feed.behind) await this.#feed.catchUp((update) => this.receive(update));
      const { behind } = this.#feed;
      this.#view.leaveFeed();
      ack({ ok: true });
      if (behind) this.#view.ids.forEach((id) => this.#readOne(id, true));
    });
  }

  /** Single things that it is subscribed to. */
  get watched(): number {
    return this.#view.watched;
  }

  /** Takes an update of this customer, from wherever. */
  receive(update: LiveUpdate): void {
    if (this.#closed) return;
    this.#feed.receive(update);
    this.#view.receive(update);
    this.#mend(update.id);
  }

  close(): void {
    this.#closed = true;
    this.#feed.close();
    this.#repairs.stop();
    clearTimeout(this.#probe);
  }

  #joinOne(id: string, afterVersion: number, asked: number): void {
    const { maxWatched } = this.#limits;
    if (this.#shared.watched >= maxWatched) {
      const message = `A socket has at most ${maxWatched} ${this.#shared.things}`;
      throw new LiveError('TOO_MANY_REQUESTS', message, { limit: maxWatched });
    }
    this.#view.join(id, afterVersion, asked);
  }

  async #openOne(
    id: string,
    { afterVersion, known, ack }: { afterVersion: number; known: boolean; ack: Acknowledge },
  ): Promise<void> {
    const tail = await this.#options.history.ofOne(this.caller, id, afterVersion);
    const gone = goneOf(afterVersion, tail);
    const thing = gone && (await this.#options.snapshots.get(this.caller, id));
    // A cursor that goes out before the feed begins would leave out what the feed owes.
    await this.#opening;
    if (this.#closed) return;
    ack({ ok: true });
    if (thing) this.#tellOne(gone, thing);
    else if (known) this.#view.extend(id, afterVersion, tail.updates);
    else this.#view.open(id, tail.updates);
  }

  #tellOne(reason: ResyncReason, thing: Snapshot): void {
    const { id, version } = thing;
    const snapshot = { items: [thing], nextCursor: undefined };
    const resync = { reason, id, snapshot, cursor: this.#feed.cursor };
    this.#options.client.resync(this.#resource, resync);
    this.#view.skip(id, version);
  }

  /** Every thing that was not shown: as it is, when its numbers may mean other changes now. */
  #tellAnew(reason: ResyncReason, shown: ReadonlySet<string>): void {
    for (const id of this.#view.ids) {
      if (shown.has(id)) continue;
      if (reason === 'EPOCH_CHANGED') this.#resyncOne(id, reason);
      else this.#readOne(id, true);
    }
  }

  #resyncOne(id: string, reason: ResyncReason): void {
    this.#repairs.need(`resync ${id}`, 0, async () => {
      if (!this.#view.line(id)) return true;
      const thing = await this.#options.snapshots.get(this.caller, id).catch((error: unknown) => {
        // It was lost with what a restore lost.
        if (codeOf(error) === this.#resource.notFound) this.#view.leave(id);
        throw error;
      });
      if (!this.#closed && this.#view.line(id)) this.#tellOne(reason, thing);
      this.#mend(id);
      return true;
    });
  }

  #mend(id: string): void {
    if (this.#view.line(id)?.gap) this.#readOne(id, false);
    if (this.#feed.behind) this.#catchUp(this.#limits.gapPatienceMs);
  }

  /** Reads what the subscription to one thing lacks; `always`: also when no gap shows. */
  #readOne(id: string, always: boolean): void {
    this.#repairs.need(`one ${id}`, this.#limits.gapPatienceMs, async () => {
      const line = this.#view.line(id);
      if (!line || !(always || line.gap)) return true;
      const from = line.position;
      const tail = await this.#options.history.ofOne(this.caller, id, from);
      if (this.#closed) return true;
      const gone = goneOf(from, tail);
      if (gone) this.#resyncOne(id, gone);
      else this.#view.receiveAll(tail.updates);
      if (this.#feed.behind) this.#catchUp(this.#limits.gapPatienceMs);
      return gone !== undefined || !line.gap;
    });
  }

  #catchUp(afterMs: number): void {
    this.#repairs.need('feed', afterMs, async () => {
      const patient = afterMs > 0 && !this.#feed.behind;
      return patient || this.#feed.catchUp((update) => this.receive(update));
    });
  }

  #alone(limits: LiveLimits): SharedLimits {
    const view = this.#view;
    return {
      ...{ turns: turnsOf(limits), things: this.#resource.feed },
      get watched() {
        return view.watched;
      },
    };
  }

  #probeLater(): void {
    const afterMs = this.#limits.probeEveryMs * (0.5 + Math.random());
    this.#probe = setTimeout(() => {
      if (this.#view.feed || this.#view.watched > 0) {
        this.#repairs.need('feed', 0, () => this.#feed.catchUp((update) => this.receive(update)));
      }
      this.#probeLater();
    }, afterMs);
  }

  #turn(key: string, ack: Acknowledge, work: () => Promise<void>): void {
    const taken = this.#shared.turns.take(key, async () => {
      if (this.#closed) return;
      await work().catch((error: unknown) => ack(this.#refusal(error)));
    });
    if (taken) return;
    const { maxPending: limit } = this.#limits;
    const message = `At most ${limit} messages of a socket wait; send more when some are answered`;
    ack({ ok: false, code: 'TOO_MANY_REQUESTS', message, limit, retryAfterMs: retryAfterMs() });
  }

  #refusal(error: unknown): Refusal {
    const code = codeOf(error);
    if (code) {
      const { message, limit, retryable } = error as Partial<LiveError> & Error;
      return {
        ...{ ok: false, code, message },
        ...(limit !== undefined && { limit }),
        ...(retryable === true && { retryAfterMs: retryAfterMs() }),
      };
    }
    this.#options.failed(error);
    return { ok: false, code: 'INTERNAL', message: 'Something failed here' };
  }

  #worthTrying(error: unknown): boolean {
    const hopeless = !this.#closed && (error as { retryable?: unknown }).retryable !== true;
    if (hopeless) this.#options.failed(error);
    return !this.#closed && !hopeless;
  }
}

/** The turns of all sessions of a client. */
export function turnsOf({ concurrency, maxPending }: LiveLimits): Turns {
  return new Turns({ concurrency, capacity: maxPending });
}

/** Spread over two seconds. */
function retryAfterMs(): number {
  return 500 + Math.round(Math.random() * 2000);
}

function goneOf(after: number, { updates, latest }: Tail): ResyncReason | undefined {
  const numbers = updates.map(({ version }) => version);
  const answered = completeness(after, { numbers, latest });
  if (answered === 'whole') return undefined;
  return answered === 'ahead' ? 'VERSION_AHEAD' : 'HISTORY_GONE';
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && Object.hasOwn(errorCatalog, code)
    ? (code as ErrorCode)
    : undefined;
}
