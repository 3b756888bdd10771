import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import { Admission } from '../../publish/admission.js';
import { encodeAll } from '../../publish/encode-all.js';
import { requireFeatures } from '../../publish/features-needed.js';
import { PublishCall, type Refusal } from '../../publish/publish-call.js';
import { counted } from '../../publish/publish-metrics.js';
import { sendTraced } from '../../publish/send-spans.js';
import type { Message, Publisher } from '../../publisher.js';
import { features } from './features.js';
import type { KafkaSettings } from './options.js';
import { stickyPartitioner } from './partitioner.js';
import { refusalOf } from './publish-failure.js';
import { recordOf, sizeOf, type KafkaRecord } from './record.js';
import type { Topics } from './topics.js';

/** Accepted and unconfirmed at most. */
const WINDOW = { count: 10_000, bytes: 32 * 1024 * 1024 };
/**
 * Of one request. A partition's part of it is one batch for the broker, which holds the topic's limit
 * against whole batches: 1 MB unless told otherwise.
 */
const BATCH = { count: 2000, bytes: 768 * 1024 };
const RETRY_MS = 250;
const CLOSE_TIMEOUT_MS = 5000;

interface Queued {
  readonly record: KafkaRecord;
  readonly bytes: number;
  readonly call: PublishCall;
  readonly index: number;
  /** When it is refused, in milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * Publishes with one idempotent producer, one request in flight, confirmed by all in-sync replicas;
 * a request takes whatever was accepted while the one before was on its way.
 */
export class KafkaPublisher implements Publisher {
  readonly #client: Kafka;
  readonly #topics: Topics;
  readonly #settings: KafkaSettings;
  readonly #admission = new Admission(WINDOW);
  #queue: Queued[] = [];
  #inFlight: readonly Queued[] = [];
  #pumping: Promise<void> | null = null;
  #producer: Promise<Producer> | null = null;
  #closed: Promise<void> | null = null;
  #ended = false;

  constructor(client: Kafka, topics: Topics, settings: KafkaSettings) {
    this.#client = client;
    this.#topics = topics;
    this.#settings = settings;
  }

  async publish(messages: readonly Message[]): Promise<void> {
    requireFeatures(messages, { name: 'kafka', features });
    const sent = sendTraced('kafka', messages, (traced) => this.send(encodeAll(traced, recordOf)));
    await counted('kafka', messages.length, sent);
  }

  /** Like `publish`, for records that are no events of ours, such as dead letters. */
  async send(records: readonly KafkaRecord[]): Promise<void> {
    if (records.length === 0) return;
    const call = new PublishCall(records.length);
    const deadline = Date.now() + this.#settings.publishTimeoutMs;
    const queued = records.map((record, index) => ({
      ...{ record, bytes: sizeOf(record) },
      ...{ call, index, deadline },
    }));
    if (this.#closed !== null) {
      for (const { index } of queued) call.refuse(index, closedRefusal);
    } else {
      const bytes = queued.reduce((sum, next) => sum + next.bytes, 0);
      this.#admission.request(records.length, bytes, () => this.#accept(queued));
    }
    await call.settled;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([this.#pumping, timeout]);
    clearTimeout(timer);
    const left = [...this.#inFlight, ...this.#queue];
    this.#inFlight = [];
    this.#queue = [];
    this.#ended = true;
    this.#refuse(left, closedRefusal);
    await this.#discardProducer();
  }

  #accept(queued: readonly Queued[]): void {
    if (this.#ended) return this.#refuse(queued, closedRefusal);
    for (const next of queued) this.#queue.push(next);
    // Begins in a microtask, so that calls of the same turn share a request.
    this.#pumping ??= Promise.resolve().then(() => this.#pump());
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      this.#inFlight = batch;
      const refusal = await this.#sendBatch(batch);
      if (this.#inFlight !== batch) break;
      this.#inFlight = [];
      if (refusal === null) for (const done of batch) this.#settle(done, null);
      else this.#refuse([...batch, ...this.#takeBehind(batch)], refusal);
    }
    this.#pumping = null;
  }

  #takeBatch(): readonly Queued[] {
    let bytes = 0;
    let count = 0;
    for (const next of this.#queue) {
      bytes += next.bytes;
      if (count > 0 && (count === BATCH.count || bytes > BATCH.bytes)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** What waits behind a refused message of its key: published now, it would overtake. */
  #takeBehind(refused: readonly Queued[]): readonly Queued[] {
    const keys = new Set(refused.map(orderOf).filter((order) => order !== null));
    const isBehind = (next: Queued) => keys.has(orderOf(next) ?? '');
    const behind = this.#queue.filter(isBehind);
    this.#queue = this.#queue.filter((next) => !isBehind(next));
    return behind;
  }

  /** Tries again until the time of its first message is up, unless another try can't help. */
  async #sendBatch(batch: readonly Queued[]): Promise<Refusal | null> {
    const deadline = batch[0]?.deadline ?? 0;
    let last = timeoutRefusal;
    for (;;) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) return last;
      const refusal = await this.#trySending(batch, leftMs);
      if (refusal === null || !refusal.retryable || this.#ended) return refusal;
      // The caller is told at once; a person has to act.
      if (refusal.code === 'AUTHENTICATION_FAILED' || refusal.code === 'ACCESS_DENIED')
        return refusal;
      if (Date.now() + RETRY_MS > deadline) return refusal;
      last = refusal;
      this.#settings.log('debug', 'Kafka publish tried again', { err: refusal.cause });
      await pause(RETRY_MS);
    }
  }

  /** kafkajs alone would wait for a broker that stands still as long as all its own tries take. */
  async #trySending(batch: readonly Queued[], limitMs: number): Promise<Refusal | null> {
    const timer = new AbortController();
    const late = pause(limitMs, timeoutRefusal, { signal: timer.signal });
    late.catch(() => {});
    const refusal = await Promise.race([this.#send(batch), late]);
    timer.abort();
    // The broker may have taken the batch. Another batch under the same sequence number would then
    // be dropped as its repeat, so the next one needs a producer id of its own.
    if (refusal !== null) void this.#discardProducer();
    return refusal;
  }

  async #send(batch: readonly Queued[]): Promise<Refusal | null> {
    const byTopic = Map.groupBy(batch, ({ record }) => record.topic);
    try {
      await this.#topics.ensure([...byTopic.keys()]);
      const producer = await this.#connected();
      if (this.#inFlight !== batch) return timeoutRefusal;
      await producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, queued]) => ({
          topic,
          messages: queued.map(({ record }) => record),
        })),
      });
      return null;
    } catch (cause) {
      return refusalOf(cause);
    }
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    // kafkajs's own tries, of one batch under one sequence number, end before ours do.
    const producer = this.#client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: stickyPartitioner,
    });
    await producer.connect();
    this.#settings.access.report.granted();
    return producer;
  }

  async #discardProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.then((connected) => connected.disconnect()).catch(() => {});
  }

  #refuse(queued: readonly Queued[], refusal: Refusal): void {
    for (const next of queued) this.#settle(next, refusal);
  }

  #settle({ call, index, bytes }: Queued, refusal: Refusal | null): void {
    if (refusal === null) call.confirm();
    else call.refuse(index, refusal);
    this.#admission.release(bytes);
  }
}

function orderOf({ record }: Queued): string | null {
  return record.key === null ? null : `${record.topic} ${record.key.toString()}`;
}

const timeoutRefusal: Refusal = refusalOf(new Error('The broker did not confirm in time'));

const closedRefusal: Refusal = {
  code: 'PUBLISHER_CLOSED',
  retryable: true,
  message: 'The Kafka publisher was closed',
};
