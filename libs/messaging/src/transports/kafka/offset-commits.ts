import type { Consumer } from 'kafkajs';
import { isTracing } from '@mesh/tracing';
import type { Delivery } from '../../delivery.js';
import type { MessagingLog } from '../../log.js';
import { inSettleSpan } from '../../middleware/process-spans.js';
import type { PartitionProgress } from './partition-progress.js';

const INTERVAL_MS = 200;
/** Whose spans one commit has links to. */
const MAX_TRACED = 128;

export interface OffsetCommitsOptions {
  readonly topic: string;
  readonly partitions: ReadonlyMap<number, PartitionProgress>;
  /** Null when there is nobody to commit to. */
  readonly consumer: () => Consumer | null;
  readonly log: MessagingLog;
}

/** Commits what the partitions say may be committed, at most every 200 ms. */
export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #ended = false;
  /** Handled since the last commit; kept for its span alone. */
  #handled: Delivery[] = [];

  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  handled(delivery: Delivery): void {
    if (isTracing() && this.#handled.length < MAX_TRACED) this.#handled.push(delivery);
  }

  soon(): void {
    if (this.#ended) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, INTERVAL_MS);
  }

  /** Never rejects: what can't be committed now is tried again. */
  now(): Promise<void> {
    this.#running = this.#running.then(() => this.#commit());
    return this.#running;
  }

  /** The last commit. */
  end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    return this.now();
  }

  async #commit(): Promise<void> {
    const { topic, partitions, log } = this.#options;
    const consumer = this.#options.consumer();
    if (consumer === null) return;
    const offsets = [...partitions].flatMap(([partition, progress]) =>
      progress.uncommitted === null ? [] : [{ partition, progress, offset: progress.uncommitted }],
    );
    if (offsets.length === 0) return;
    const handled = this.#handled;
    this.#handled = [];
    try {
      await inSettleSpan(handled, () =>
        consumer.commitOffsets(
          offsets.map(({ partition, offset }) => ({ topic, partition, offset: String(offset) })),
        ),
      );
      for (const { progress, offset } of offsets) progress.committed(offset);
    } catch (err) {
      // In a rebalance, or while the coordinator is away.
      log('debug', 'Kafka offsets not committed yet', { topic, err });
      this.soon();
    }
  }
}
