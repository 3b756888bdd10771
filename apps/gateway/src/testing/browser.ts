import type { OrderUpdate } from '../domain/order-update.js';
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
  /** Subscribed orders, and the version of each that it has. */
  readonly #orders = new Map<string, number>();
  /** All updates that it got, or that a snapshot showed, since it last started over. */
  readonly #got = new Map<string, Pick<OrderUpdate, 'orderId' | 'feedSequence'>>();
  /** Shown by a snapshot of one order: the feed may send it all the same. */
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
        updated: (update, cursor) => this.#arrives(connection, () => this.#updated(update, cursor)),
        resync: (resync) => this.#arrives(connection, () => this.#resync(resync)),
        ready: () => pause(connection.latencyMs),
      }),
    };
    this.#connection = connection;
    if (this.#wantsFeed) this.#subscribeFeed();
    for (const [orderId, version] of this.#orders) {
      // What came by the feed from above a hole is asked for again.
      for (let above = version + 1; above <= this.world.store.versionOf(orderId); above += 1) {
        this.#got.delete(`${this.#epoch} ${orderId}${above}`);
      }
      this.#subscribeOrder(orderId);
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

  wantOrder(orderId: string): void {
    if (this.#orders.has(orderId) || this.#leaving.has(orderId)) return;
    if (this.world.store.versionOf(orderId) === 0) return;
    this.#orders.set(orderId, 0);
    for (const [key, one] of this.#got) {
      const owed = this.#feed === undefined || one.feedSequence <= this.#feed.from;
      if (one.orderId === orderId && owed) this.#got.delete(key);
    }
    this.#advance(orderId);
    this.#subscribeOrder(orderId);
  }

  leaveOrder(orderId: string): void {
    if (!this.#orders.delete(orderId)) return;
    if (!this.#connection) return;
    this.#leaving.add(orderId);
    this.#sends(
      (session, ack) => session.unsubscribeOrder(orderId, ack),
      () => this.#leaving.delete(orderId),
    );
  }

  /** What it lacks, when all has arrived that will. */
  judge(): void {
    const { store } = this.world;
    for (const [orderId, version] of this.#orders) {
      const there = store.versionOf(orderId);
      // A restore may have lost it.
      if (there > 0 && version !== there)
        this.#wrong(`missed ${orderId}${version + 1} of ${orderId}${there}`);
    }
    const from = this.#feed?.from;
    if (from === undefined) return;
    for (const update of store.updates.slice(from)) {
      const key = keyOf(update);
      if (!this.#got.has(key) && !this.#shownAlone.has(key))
        this.#wrong(`missed ${nameOf(update)} of the feed`);
    }
  }

  #updated(update: OrderUpdate, cursor: string): void {
    const place = cursors.decode(caller.customerId, cursor);
    this.#epoch ??= place?.epoch;
    if (this.#feed) this.#feed = { ...this.#feed, cursor };
    // Between a restore and its discovery, numbers mean two things; a resync clears that up.
    if (update.traceparent !== this.#epoch) return;
    const { orderId, version } = update;
    const key = keyOf(update);
    if (this.#got.has(key) && !this.#shownAlone.has(key))
      this.#wrong(`saw ${nameOf(update)} twice`);
    this.#got.set(key, update);
    const known = this.#orders.get(orderId);
    if (known === undefined) return;
    // The feed goes its own way; what an order subscription lacks comes as well.
    const byFeed = this.#feed !== undefined && update.feedSequence > this.#feed.from;
    if (version > known + 1 && !byFeed)
      this.#wrong(`saw ${nameOf(update)} before ${orderId}${known + 1}`);
    if (version === known + 1) this.#orders.set(orderId, version);
    this.#advance(orderId);
  }

  /** What came by the feed before the order was subscribed to is not sent again. */
  #advance(orderId: string): void {
    const known = this.#orders.get(orderId);
    if (known === undefined || !this.#got.has(`${this.#epoch} ${orderId}${known + 1}`)) return;
    this.#orders.set(orderId, known + 1);
    this.#advance(orderId);
  }

  #resync(resync: Resync): void {
    this.resyncs.push(resync);
    const { orderId: alone, snapshot, cursor } = resync;
    const place = cursors.decode(caller.customerId, cursor);
    if (alone === undefined) {
      this.#epoch = place?.epoch;
      this.#got.clear();
      const there = new Set(snapshot.items.map((order) => order.orderId));
      // Lost by a restore.
      for (const orderId of this.#orders.keys()) {
        if (!there.has(orderId)) this.#orders.delete(orderId);
      }
      this.#feed = { from: place?.sequence ?? 0, cursor };
    }
    for (const { orderId, version } of snapshot.items) {
      for (let shown = 1; shown <= version; shown += 1) {
        const key = `${this.#epoch} ${orderId}${shown}`;
        const whole = alone === undefined && !this.#asking.has(orderId);
        if (whole) this.#got.set(key, { orderId, feedSequence: 0 });
        else this.#shownAlone.add(key);
      }
      if (this.#orders.has(orderId)) this.#orders.set(orderId, version);
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

  #subscribeOrder(orderId: string): void {
    if (this.#connection) this.#asking.add(orderId);
    this.#sends(
      (session, ack) => session.subscribeOrder(orderId, this.#orders.get(orderId) ?? 0, ack),
      (ack) => {
        this.#asking.delete(orderId);
        if (ack.ok || !this.#orders.has(orderId)) return;
        // A restore may have lost the order.
        if (ack.code === 'ORDER_NOT_FOUND') this.#orders.delete(orderId);
        else this.#refused(ack.code, () => this.#subscribeOrder(orderId));
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

const nameOf = ({ orderId, version }: OrderUpdate) => `${orderId}${version}`;
const keyOf = (update: OrderUpdate) => `${update.traceparent} ${nameOf(update)}`;
