import { randomUUID } from 'node:crypto';
import { type Consumer, type ConsumerGroupJoinEvent, type EachBatchPayload } from 'kafkajs';
import { Dispatcher } from '../../dispatch/dispatcher.js';
import { matcherOf } from '../../dispatch/routing-patterns.js';
import { TransportError } from '../../errors.js';
import { logFailedAttempts } from '../../log.js';
import type { DeliveryHandler } from '../../delivery.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import { ConsumerTrouble } from './consumer-trouble.js';
import { KafkaDelivery } from './delivery.js';
import { createGroupConsumer, HEARTBEAT_MS } from './group-consumer.js';
import type { GroupMember } from './kafkajs-patch.js';
import { OffsetCommits } from './offset-commits.js';
import type { KafkaSettings } from './options.js';
import { PartitionProgress } from './partition-progress.js';
import type { KafkaPublisher } from './publisher.js';
import { groupIdOf, type StartOffsets } from './group-offsets.js';
import { within } from './within.js';

const RESTART_MS = { min: 200, max: 5000 };
const DISCONNECT_TIMEOUT_MS = 5000;
const DEFAULT_GRACE_MS = 10_000;

export interface KafkaSubscriptionOptions {
  readonly settings: KafkaSettings;
  readonly subscribe: SubscribeOptions;
  readonly handler: DeliveryHandler;
  /** Where dead letters go. */
  readonly publisher: () => Promise<KafkaPublisher>;
  /** Makes the topic exist and says where a group without offsets begins. */
  readonly startOffsets: () => Promise<StartOffsets>;
}

/**
 * One consumer of a group. It hands over what it fetched and goes on fetching, commits up to the
 * lowest finished offset of each partition, and sends heartbeats while the window is full. Before a
 * rebalance, and before it closes, it has what was handed over handled, for a limited time, and
 * commits: then nothing is repeated, neither by the next owner of a partition nor by itself.
 */
export class KafkaSubscription implements Subscription {
  readonly #options: KafkaSubscriptionOptions;
  readonly #topic: string;
  readonly #ephemeral: boolean;
  /** At the broker; an ephemeral group has a name that nobody else joins. */
  readonly #groupId: string;
  readonly #matches: ((routingKey: string) => boolean) | null;
  readonly #dispatcher: Dispatcher;
  readonly #partitions = new Map<number, PartitionProgress>();
  readonly #commits: OffsetCommits;
  readonly #trouble: ConsumerTrouble;
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<void>();
  #starts: StartOffsets = new Map();
  #consumer: Consumer | null = null;
  #memberId: string | null = null;
  /** The consumer of now runs; one that was lost is no reason for its successor to. */
  #joined = false;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;

  constructor(options: KafkaSubscriptionOptions) {
    const { subscribe, settings, handler, publisher } = options;
    this.#options = options;
    this.#topic = subscribe.source;
    this.#ephemeral = subscribe.ephemeral ?? false;
    const groupId = groupIdOf(subscribe.group, subscribe.source);
    this.#groupId = this.#ephemeral ? `${groupId}.${randomUUID()}` : groupId;
    this.#matches = subscribe.filter === undefined ? null : matcherOf(subscribe.filter);
    this.#dispatcher = new Dispatcher({
      group: subscribe.group,
      handler,
      window: {
        count: subscribe.window?.count ?? 256,
        bytes: subscribe.window?.bytes ?? 16 * 1024 * 1024,
      },
      concurrency: subscribe.concurrency ?? 32,
      redelivery: {
        minMs: subscribe.redelivery?.minMs ?? 50,
        maxMs: subscribe.redelivery?.maxMs ?? 10_000,
      },
      deadLetter: async (delivery, reason, error) =>
        (await publisher()).send([(delivery as KafkaDelivery).deadLetter(reason, error)]),
      onError: logFailedAttempts(settings.log),
    });
    this.#commits = new OffsetCommits({
      topic: this.#topic,
      partitions: this.#partitions,
      // What an ephemeral group has read dies with it.
      consumer: () => (this.#ephemeral ? null : this.#consumer),
      log: settings.log,
    });
    this.#trouble = new ConsumerTrouble({
      ...{ settings, groupId: this.#groupId, topic: this.#topic },
      onBlocked: subscribe.onBlocked,
    });
    this.#ready.promise.catch(() => {});
    void this.#start();
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Fulfilled once `close` was called and is done. */
  get closed(): Promise<void> {
    return this.#done.promise;
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMs).finally(() => this.#done.resolve());
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    clearTimeout(this.#restartTimer);
    this.#ready.reject(new TransportError(`The subscription of ${this.#groupId} was closed`));
    // The fetch loop goes on for its heartbeats, with nothing to fetch.
    if (this.#joined) this.#consumer?.pause([{ topic: this.#topic }]);
    await this.#dispatcher.hold(graceMs / 2);
    await this.#dispatcher.close(graceMs / 2);
    await this.#commits.end();
    for (const progress of this.#partitions.values()) progress.lose();
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = null;
    this.#joined = false;
    if (consumer !== null) await within(DISCONNECT_TIMEOUT_MS, consumer.disconnect());
  }

  /** Tries until it runs or the subscription closes: a broker that is away is no reason to give up. */
  async #start(): Promise<void> {
    try {
      this.#starts = await this.#options.startOffsets();
      if (this.#closed !== null) return;
      const consumer = this.#createConsumer();
      this.#consumer = consumer;
      await consumer.connect();
      await consumer.subscribe({ topics: [this.#topic], fromBeginning: this.#fromBeginning });
      if (this.#closed !== null) return await this.#disconnect();
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.#onBatch(payload),
      });
    } catch (error) {
      this.#restart(error);
    }
  }

  get #fromBeginning(): boolean {
    return !this.#ephemeral && this.#options.subscribe.from !== 'end';
  }

  #createConsumer(): Consumer {
    const { settings } = this.#options;
    const consumer = createGroupConsumer(
      settings,
      this.#groupId,
      (member) => this.#beforeJoin(member, settings.sessionTimeoutMs / 2),
      this.#ephemeral ? undefined : settings.groupInstanceId,
    );
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.#onJoin(consumer, event));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (consumer === this.#consumer) this.#restart(payload.error);
    });
    return consumer;
  }

  #restart(error: unknown): void {
    if (this.#closed !== null) return;
    const pauseMs = Math.min(RESTART_MS.max, RESTART_MS.min * 2 ** this.#restarts++);
    this.#trouble.crashed(error, pauseMs);
    void this.#disconnect();
    this.#restartTimer = setTimeout(() => void this.#start(), pauseMs);
  }

  async #beforeJoin(member: GroupMember, limitMs: number): Promise<void> {
    member.memberId ??= this.#memberId;
    if (this.#partitions.size === 0) return;
    await this.#dispatcher.hold(limitMs);
    await within(limitMs, this.#commits.now());
  }

  #onJoin(consumer: Consumer, { payload }: ConsumerGroupJoinEvent): void {
    if (consumer !== this.#consumer) return;
    const assigned = new Set(payload.memberAssignment[this.#topic] ?? []);
    // Under the same member id nobody else had our partitions meanwhile.
    const kept = this.#ephemeral || payload.memberId === this.#memberId;
    for (const [partition, progress] of this.#partitions) {
      if (kept && assigned.has(partition)) continue;
      progress.lose();
      this.#partitions.delete(partition);
    }
    for (const partition of assigned) this.#assign(consumer, partition);
    this.#memberId = payload.memberId;
    this.#joined = true;
    this.#restarts = 0;
    this.#trouble.joined();
    if (this.#closed !== null) consumer.pause([{ topic: this.#topic }]);
    this.#dispatcher.release();
    this.#ready.resolve();
    this.#commits.soon();
  }

  #assign(consumer: Consumer, partition: number): void {
    let progress = this.#partitions.get(partition);
    if (progress === undefined) {
      progress = new PartitionProgress(this.#starts.get(partition) ?? null);
      this.#partitions.set(partition, progress);
    }
    if (progress.next === null) return;
    consumer.seek({ topic: this.#topic, partition, offset: String(progress.next) });
  }

  async #onBatch({ batch, heartbeat, resolveOffset }: EachBatchPayload): Promise<void> {
    const progress = this.#partitions.get(batch.partition);
    if (progress === undefined || this.#closed !== null) return;
    const { source, group } = this.#options.subscribe;
    const place = { source, group, partition: batch.partition, signal: progress.signal };
    let handedOver: string | null = null;
    try {
      for (const message of batch.messages) {
        if (!this.#dispatcher.hasRoom) await this.#room(heartbeat);
        if (this.#closed !== null || progress.signal.aborted) return;
        this.#handOver(new KafkaDelivery(message, place), Number(message.offset), progress);
        handedOver = message.offset;
      }
    } finally {
      if (handedOver !== null) resolveOffset(handedOver);
    }
  }

  #handOver(delivery: KafkaDelivery, offset: number, progress: PartitionProgress): void {
    const handed = progress.handOver(offset);
    if (this.#matches !== null && !this.#matches(delivery.routingKey ?? '')) {
      if (progress.finish(handed)) this.#commits.soon();
      return;
    }
    void this.#dispatcher.dispatch(delivery).then((outcome) => {
      if (outcome !== 'done') return;
      this.#commits.handled(delivery);
      if (progress.finish(handed)) this.#commits.soon();
    });
  }

  async #room(heartbeat: () => Promise<void>): Promise<void> {
    const room = this.#dispatcher.room();
    while (!this.#dispatcher.hasRoom && this.#closed === null) {
      await within(HEARTBEAT_MS, room);
      await heartbeat();
    }
  }
}
