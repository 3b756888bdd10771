import type { Delivery, ReplayRange, Replays } from '@mesh/messaging';
import type { ReplayRecords } from '@mesh/outbox';
import { AppError } from '../errors/app-error.js';
import { originOf, type ReplayRequest } from './replay-requests.js';
import type { KeptSubscription } from './subscriptions.js';
import type { Transports } from './transports.js';

const HOUR_MS = 3_600_000;

export interface ReplayOperationsOptions {
  readonly subscriptions: readonly KeptSubscription[];
  readonly transports: Transports;
  readonly records: ReplayRecords;
  readonly stopping: AbortSignal;
  /** How long the inbox remembers. @default for ever */
  readonly inboxMs?: number | undefined;
}

/** What a replay would do. */
export interface PlannedReplay {
  readonly ranges: readonly ReplayRange[];
  /** Messages that come again. */
  readonly events: number;
  /** Those that the inbox knows: without `again` they have no effect. */
  readonly known: number;
}

/**
 * Sends groups of this service back to what they have handled. Its own subscription leaves the group
 * meanwhile; with members elsewhere nothing is changed.
 */
export class ReplayOperations {
  readonly #options: ReplayOperationsOptions;
  readonly #away = new Set<KeptSubscription>();

  constructor(options: ReplayOperationsOptions) {
    this.#options = options;
  }

  /** Reads what would come again, beside the group; changes nothing. */
  async plan(request: ReplayRequest): Promise<PlannedReplay> {
    const { kept, replays } = await this.#find(request);
    this.#refuseForgotten(request);
    const { subscribe } = kept.plan;
    const ranges = await replays.plan(subscribe, originOf(request));
    let [events, known] = [0, 0];
    await this.#read(kept, replays, ranges, async (deliveries) => {
      events += deliveries.length;
      known += await this.#countKnown(kept, deliveries);
    });
    return { ranges, events, known };
  }

  /**
   * With `again` the inbox first forgets what comes again, except dead letters: each event then has
   * one further effect. Cut off before the end, the group stays where it was.
   */
  async replay(request: ReplayRequest, actor: string) {
    const { kept, replays } = await this.#find(request);
    this.#refuseForgotten(request);
    if (this.#away.has(kept)) {
      throw new AppError('GROUP_ACTIVE', `The group "${request.group}" is being replayed`);
    }
    this.#away.add(kept);
    try {
      return await kept.whileAway(() => this.#replay(request, actor, kept, replays));
    } finally {
      this.#away.delete(kept);
    }
  }

  /** Without `again` a repeat has no effect because the inbox knows it: what it forgot would have one. */
  #refuseForgotten(request: ReplayRequest): void {
    const { inboxMs = Infinity } = this.#options;
    const from = originOf(request);
    if (request.again || from.kind !== 'time' || Date.now() - from.time.getTime() <= inboxMs)
      return;
    throw new AppError(
      'REPLAY_REFUSED',
      `The inbox of this service remembers ${inboxMs / HOUR_MS} hours (INBOX_RETENTION): what it handled before is handled again when it comes from ${request.from} on. Begin later, or ask for it with again`,
    );
  }

  async #replay(
    { group, stream, from, again }: ReplayRequest,
    actor: string,
    kept: KeptSubscription,
    replays: Replays,
  ) {
    const { records } = this.#options;
    const { subscribe } = kept.plan;
    await replays.vacant(subscribe);
    // Asked again: the group has gone on since it was planned.
    const origin = originOf({ group, stream, from, again });
    const ranges = await replays.plan(subscribe, origin);
    const id = await records.begin({ actor, group, stream, origin: from, again, ranges });
    let forgotten = 0;
    try {
      if (again) forgotten = await this.#forget(kept, replays, ranges);
      await replays.rewind(subscribe, ranges);
      await records.end(id, { forgotten, result: 'done', detail: null });
      return { id, ranges, forgotten };
    } catch (error) {
      const detail = (error as Error).message;
      await records.end(id, { forgotten, result: 'failed', detail });
      throw error;
    }
  }

  #countKnown({ plan }: KeptSubscription, deliveries: readonly Delivery[]): Promise<number> {
    const { records } = this.#options;
    const { group, inbox, subscribe } = plan;
    return inbox === 'by-key'
      ? records.countKnownNumbers({ group, stream: subscribe.source }, deliveries)
      : records.countKnown(group, eventsOf(deliveries));
  }

  /** How many events that were. */
  async #forget(
    kept: KeptSubscription,
    replays: Replays,
    ranges: readonly ReplayRange[],
  ): Promise<number> {
    const { records } = this.#options;
    const { group, inbox, subscribe } = kept.plan;
    let forgotten = 0;
    if (inbox !== 'by-key') {
      await this.#read(kept, replays, ranges, async (deliveries) => {
        forgotten += await records.forget(group, eventsOf(deliveries));
      });
      return forgotten;
    }
    // Counted before anything is forgotten: a key is forgotten with all of its events.
    await this.#read(kept, replays, ranges, async (deliveries) => {
      forgotten += await this.#countKnown(kept, deliveries);
    });
    const place = { group, stream: subscribe.source };
    await this.#read(kept, replays, ranges, (deliveries) =>
      records.forgetNumbers(place, deliveries),
    );
    return forgotten;
  }

  async #read(
    { plan }: KeptSubscription,
    replays: Replays,
    ranges: readonly ReplayRange[],
    onBatch: (deliveries: readonly Delivery[]) => Promise<void>,
  ): Promise<void> {
    await replays.read(plan.subscribe, ranges, onBatch, this.#options.stopping);
  }

  async #find({ group, stream }: ReplayRequest) {
    const { subscriptions, transports } = this.#options;
    const kept = subscriptions.find(
      ({ plan }) => plan.group === group && plan.subscribe.source === stream,
    );
    if (kept === undefined || kept.plan.subscribe.ephemeral === true) {
      const there = subscriptions
        .filter(({ plan }) => plan.subscribe.ephemeral !== true)
        .map(({ plan }) => `${plan.group} on ${plan.subscribe.source}`);
      throw new AppError(
        'NOT_FOUND',
        `No group "${group}" on ${stream} here; there are ${there.join(', ')}`,
      );
    }
    const { name, replays } = await transports.forKind(kept.plan.stream.kind);
    if (replays === undefined) {
      throw new AppError(
        'REPLAY_REFUSED',
        `${stream} comes by ${name}, which keeps nothing that was acked: there is nothing to replay`,
      );
    }
    return { kept, replays };
  }
}

/** Those that can be read; the inbox knows no others. */
function eventsOf(deliveries: readonly Delivery[]): { source: string; id: string }[] {
  return deliveries.flatMap((delivery) => {
    try {
      const { source, id } = delivery.event();
      return [{ source, id }];
    } catch {
      return [];
    }
  });
}
