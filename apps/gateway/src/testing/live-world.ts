import type { Random } from '@mesh/messaging/testing/random';
import type { LiveUpdate } from '../domain/live-update.js';
import { FeedCursors } from '../use-cases/feed-cursors.js';
import { LiveHub } from '../use-cases/live-hub.js';
import { liveLimits } from '../use-cases/live-limits.js';
import type { LiveClient } from '../use-cases/live-protocol.js';
import { probes } from '../use-cases/testing/probe-resources.js';
import { LiveStore } from './live-store.js';
import type { LiveSubject, Readable, Session } from './live-subject.js';

/** What the way of announcements does to them; chances from 0 to 1. */
export interface Noise {
  readonly lost: number;
  readonly repeated: number;
  readonly maxDelayMs: number;
}

export interface Replica {
  readonly hub: LiveHub;
  readonly history: Readable;
}

const replicas = 2;
export const caller = { customerId: 'ann', roles: ['customer'], token: 't' };
export const cursors = new FeedCursors(Buffer.alloc(32, 3));

/** A service, two gateways and what lies between, in one process and by one clock. */
export class LiveWorld {
  readonly store: LiveStore;
  readonly failures: unknown[] = [];
  #replicas: readonly Replica[];
  /** Announcements of an earlier life are not delivered any more. */
  #life = 0;

  constructor(
    private readonly subject: LiveSubject,
    readonly random: Random,
    public noise: Noise,
  ) {
    this.store = new LiveStore(() => pause(random.between(0, 20)));
    this.#replicas = Array.from({ length: replicas }, () => this.#replica());
  }

  anyReplica(): Replica {
    return this.random.pick(this.#replicas);
  }

  open(replica: Replica, client: LiveClient): Session {
    const session = this.subject.open({
      ...{ resource: probes, caller, client, cursors },
      ...{ snapshots: replica.history, history: replica.history },
      limits: { ...liveLimits, gapPatienceMs: 50, probeEveryMs: 2_000, maxReplay: 1_000 },
      failed: (error) => this.failures.push(error),
    });
    replica.hub.join(session);
    return session;
  }

  close(replica: Replica, session: Session): void {
    replica.hub.leave(session);
    session.close();
  }

  change(id: string): void {
    const update = this.store.change(id);
    for (const { hub } of this.#replicas) this.#announce(hub, update);
  }

  restore(lost: number): void {
    this.#life += 1;
    this.store.restore(lost);
  }

  #announce(hub: LiveHub, update: LiveUpdate): void {
    const { lost, repeated, maxDelayMs } = this.noise;
    const life = this.#life;
    const copies = this.random.chance(lost) ? 0 : this.random.chance(repeated) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      setTimeout(
        () => life === this.#life && hub.updated(update),
        this.random.between(0, maxDelayMs),
      );
    }
  }

  #replica(): Replica {
    return { hub: new LiveHub(), history: this.subject.history(this.store) };
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
