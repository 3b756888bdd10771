import type { EachBatchPayload } from 'kafkajs';
import type { Delivery } from '../../delivery.js';
import type { ReplayRange } from '../../group-position.js';
import { KafkaDelivery } from './delivery.js';
import { createGroupConsumer } from './group-consumer.js';
import type { KafkaSettings } from './options.js';

export interface Reading {
  readonly settings: KafkaSettings;
  /** That nobody else has; it commits nothing. */
  readonly groupId: string;
  readonly source: string;
  /** As deliveries name it. */
  readonly group: string;
  readonly ranges: readonly ReplayRange[];
  readonly onBatch: (deliveries: readonly Delivery[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Reads each range once, in its order. */
export async function readRanges(reading: Reading): Promise<void> {
  const { settings, groupId, source, group, ranges, onBatch, signal } = reading;
  const left = new Map(ranges.map(({ partition, until }) => [partition, Number(until)]));
  const done = Promise.withResolvers<void>();
  const stop = () => done.reject(signal.reason as Error);
  const consumer = createGroupConsumer(settings, groupId, () => Promise.resolve());
  const take = async ({ batch, heartbeat, resolveOffset }: EachBatchPayload) => {
    const until = left.get(batch.partition);
    if (until === undefined) return;
    const place = { source, group, partition: batch.partition, signal };
    const within = batch.messages.filter(({ offset }) => Number(offset) < until);
    if (within.length > 0) await onBatch(within.map((one) => new KafkaDelivery(one, place)));
    await heartbeat();
    resolveOffset(batch.lastOffset());
    if (Number(batch.lastOffset()) < until - 1) return;
    left.delete(batch.partition);
    consumer.pause([{ topic: source, partitions: [batch.partition] }]);
    if (left.size === 0) done.resolve();
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[source] ?? []) {
      const range = ranges.find((one) => one.partition === partition);
      const unwanted = { topic: source, partitions: [partition] };
      if (range === undefined) consumer.pause([unwanted]);
      else consumer.seek({ topic: source, partition, offset: range.from });
    }
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await consumer.connect();
    await consumer.subscribe({ topics: [source], fromBeginning: true });
    await consumer.run({
      ...{ autoCommit: false, eachBatchAutoResolve: false },
      eachBatch: (payload) => take(payload).catch((error: Error) => done.reject(error)),
    });
    await done.promise;
  } finally {
    done.promise.catch(() => {});
    signal.removeEventListener('abort', stop);
    await consumer.disconnect().catch(() => {});
  }
}
