import type { LiveUpdate } from '../domain/live-update.js';
import type { Ack, Resync } from '../use-cases/live-protocol.js';
import type { Session } from './live-subject.js';
import { caller, cursors, pause, type LiveWorld, type Replica } from './live-world.js';

interface Connection {
  readonly replica: Replica;
  readonly session: Session;
  readonly latencyMs: number;
  open: boolean;
}

/**
 * A browser that does what the contract asks: keeps the last cursor and the versions it has, comes back
 * with these, and judges all that it is sent. What is on the wire when its connection is cut is lost.
 */
export class Browser {
  /** The first thing that was wrong. */
  fault: string | undefined;
  readonly resyncs: Resync[] = [];
  #connection: Connection | undefined;
  #feed: { readonly from: number; readonly cursor: string } | undefined;
  #wantsFeed = false;
  /** Subscribed things, and the version of each that it has. */
  readonly #ones = new Map<string, number>();
  /** All updates that it got, or that a snapshot showed, since it last started over. */
  readonly #got = new Map<string, Pick<LiveUpdate, 'id' | 'feedSequence'>>();
  /** Shown by a snapshot of one thing: the feed may send it all the same. */
  readonly #shownAlone = new Set<string>();
  /** Asked for and not answered: a snapshot that comes before the answer does not take back what was asked. */
  readonly #asking = new Set<string>();
  readonly #leaving = new Set<string>();
  #epoch: string | undefined;

  constructor(private readonly world: LiveWorld) {}

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  connect(): void {
    if (this.#connection) return;
    const replica = this.world.anyReplica();
    const connection: Connection = {
      replica,
      latencyMs: this.world.random.between(0, 30),
      open: true,
      session: this.world.open(replica, {
        updated: (_, update, cursor) =>
          this.#arrives(connection, () => this.#updated(update, cursor)),
        resync: (_, resync) => this.#arrives(connection, () => this.#resync(resync)),
        ready: () => pause(connection.latencyMs),
      }),
    };
    this.#connection = connection;
    if (this.#wantsFeed) this.#subscribeFeed();
    for (const [id, version] of this.#ones) {
      // What came by the feed from above a hole is asked for again.
      for (let above = version + 1; above <= this.world.store.versionOf(id); above += 1) {
        this.#got.delete(`${this.#epoch} ${id}${above}`);
      }
      this.#subscribeOne(id);
    }
  }

  /** The other end notices some time later. */
  cut(): void {
    const connection = this.#connection;
    if (!connection) return;
    connection.open = false;
    this.#leaving.clear();
    this.#asking.clear();
    this.#connection = undefined;
    const { replica, session } = connection;
    setTimeout(() => this.world.close(replica, session), this.world.random.between(0, 1_000));
  }

  wantFeed(): void {
    if (this.#wantsFeed) return;
    this.#wantsFeed = true;
    this.#subscribeFeed();
  }

  wantOne(id: string): void {
    if (this.#ones.has(id) || this.#leaving.has(id)) return;
    if (this.world.store.versionOf(id) === 0) return;
    this.#ones.set(id, 0);
    for (const [key, one] of this.#got) {
      const owed = this.#feed === undefined || one.feedSequence <= this.#feed.from;
      if (one.id === id && owed) this.#got.delete(key);
    }
    this.#advance(id);
    this.#subscribeOne(id);
  }

  leaveOne(id: string): void {
    if (!this.#ones.delete(id)) return;
    if (!this.#connection) return;
    this.#leaving.add(id);
    this.#sends(
      (session, ack) => session.unsubscribe(id, ack),
      () => this.#leaving.delete(id),
    );
  }

  /** What it lacks, when all has arrived that will. */
  judge(): void {
    const { store } = this.world;
    for (const [id, version] of this.#ones) {
      const there = store.versionOf(id);
      // A restore may have lost it.
      if (there > 0 && version !== there)
        this.#wrong(`missed ${id}${version + 1} of ${id}${there}`);
    }
    const from = this.#feed?.from;
    if (from === undefined) return;
    for (const update of store.updates.slice(from)) {
      const key = keyOf(update);
      if (!this.#got.has(key) && !this.#shownAlone.has(key))
        this.#wrong(`missed ${nameOf(update)} of the feed`);
    }
  }

  #updated(update: LiveUpdate, cursor: string): void {
    const place = cursors.decode(caller.customerId, cursor);
    this.#epoch ??= place?.epoch;
    if (this.#feed) this.#feed = { ...this.#feed, cursor };
    // Between a restore and its discovery, numbers mean two things; a resync clears that up.
    if (update.traceparent !== this.#epoch) return;
    const { id, version } = update;
    const key = keyOf(update);
    if (this.#got.has(key) && !this.#shownAlone.has(key))
      this.#wrong(`saw ${nameOf(update)} twice`);
    this.#got.set(key, update);
    const known = this.#ones.get(id);
    if (known === undefined) return;
    // The feed goes its own way; what a subscription to one thing lacks comes as well.
    const byFeed = this.#feed !== undefined && update.feedSequence > this.#feed.from;
    if (version > known + 1 && !byFeed)
      this.#wrong(`saw ${nameOf(update)} before ${id}${known + 1}`);
    if (version === known + 1) this.#ones.set(id, version);
    this.#advance(id);
  }

  /** What came by the feed before the thing was subscribed to is not sent again. */
  #advance(id: string): void {
    const known = this.#ones.get(id);
    if (known === undefined || !this.#got.has(`${this.#epoch} ${id}${known + 1}`)) return;
    this.#ones.set(id, known + 1);
    this.#advance(id);
  }

  #resync(resync: Resync): void {
    this.resyncs.push(resync);
    const { id: alone, snapshot, cursor } = resync;
    const place = cursors.decode(caller.customerId, cursor);
    if (alone === undefined) {
      this.#epoch = place?.epoch;
      this.#got.clear();
      const there = new Set(snapshot.items.map((thing) => thing.id));
      // Lost by a restore.
      for (const id of this.#ones.keys()) {
        if (!there.has(id)) this.#ones.delete(id);
      }
      this.#feed = { from: place?.sequence ?? 0, cursor };
    }
    for (const { id, version } of snapshot.items) {
      for (let shown = 1; shown <= version; shown += 1) {
        const key = `${this.#epoch} ${id}${shown}`;
        const whole = alone === undefined && !this.#asking.has(id);
        if (whole) this.#got.set(key, { id, feedSequence: 0 });
        else this.#shownAlone.add(key);
      }
      if (this.#ones.has(id)) this.#ones.set(id, version);
    }
  }

  #subscribeFeed(): void {
    this.#sends(
      (session, ack) => session.subscribeFeed(this.#feed?.cursor, ack),
      (ack) => {
        if (!ack.ok) return this.#refused(ack.code, () => this.#subscribeFeed());
        const place = cursors.decode(caller.customerId, ack.cursor ?? '');
        if (!place) return this.#wrong('got no cursor for the feed');
        this.#epoch ??= place.epoch;
        this.#feed ??= { from: place.sequence, cursor: ack.cursor ?? '' };
      },
    );
  }

  #subscribeOne(id: string): void {
    if (this.#connection) this.#asking.add(id);
    this.#sends(
      (session, ack) => session.subscribe(id, this.#ones.get(id) ?? 0, ack),
      (ack) => {
        this.#asking.delete(id);
        if (ack.ok || !this.#ones.has(id)) return;
        // A restore may have lost it.
        if (ack.code === 'NOT_FOUND') this.#ones.delete(id);
        else this.#refused(ack.code, () => this.#subscribeOne(id));
      },
    );
  }

  #refused(code: string, again: () => void): void {
    if (code !== 'UNAVAILABLE' && code !== 'OVERLOADED') return this.#wrong(`was refused: ${code}`);
    const connection = this.#connection;
    setTimeout(() => connection === this.#connection && again(), 200);
  }

  #sends(
    send: (session: Session, ack: (ack: Ack) => void) => void,
    answered: (ack: Ack) => void,
  ): void {
    const connection = this.#connection;
    if (!connection) return;
    setTimeout(() => {
      if (!connection.open) return;
      send(connection.session, (ack) => this.#arrives(connection, () => answered(ack)));
    }, connection.latencyMs);
  }

  #arrives(connection: Connection, then: () => void): void {
    setTimeout(() => connection.open && then(), connection.latencyMs);
  }

  #wrong(fault: string): void {
    this.fault ??= fault;
  }
}

const nameOf = ({ id, version }: LiveUpdate) => `${id}${version}`;
const keyOf = (update: LiveUpdate) => `${update.traceparent} ${nameOf(update)}`;
