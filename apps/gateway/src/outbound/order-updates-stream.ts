import type { WatchUpdatesRequest, WatchUpdatesResponse } from '@mesh/contracts/order';
import { metrics } from '@mesh/tracing';
import type { OrderUpdate } from '../domain/order-update.js';
import { toOrderUpdate } from './order-mapping.js';
import { WatchedFeeds } from './order-watched-feeds.js';

export interface OrderUpdatesStreamOptions {
  /** Opens the stream at one replica of the order service; another call may reach another one. */
  readonly open: (
    requests: AsyncIterable<WatchUpdatesRequest>,
    signal: AbortSignal,
  ) => AsyncIterable<WatchUpdatesResponse>;
  /** The token of the customer that lasts longest; undefined when there is no session any more. */
  readonly tokenOf: (customerId: string) => string | undefined;
  readonly updated: (update: OrderUpdate) => void;
  /** Told of a stream that has ended, before it is opened again. */
  readonly failed: (error: unknown) => void;
  /** How long a customer is watched after its last session. @default 5000 */
  readonly lingerMs?: number;
  /** Streams are opened again after so long at most, so that new replicas get their share. @default 600000 */
  readonly maxAgeMs?: number;
}

/** Of the wait before the stream is opened again, which is random up to this; doubled each time. */
const backoffMs = { first: 100, longest: 5000 };

const streams = metrics.counter({
  name: 'mesh_live_update_streams_total',
  help: 'Streams of updates that were opened to the order service',
});

/**
 * One stream to the order service for all customers of this process: asks for a customer's updates from
 * the first session on until a while after the last one. A stream that ends is opened again, after a
 * pause, at the next replica; each feed goes on after the last update that came.
 */
export class OrderUpdatesStream {
  readonly #options: OrderUpdatesStreamOptions;
  readonly #stop = new AbortController();
  readonly #feeds: WatchedFeeds;
  readonly #running: Promise<void>;

  constructor(options: OrderUpdatesStreamOptions) {
    this.#options = options;
    const { tokenOf, lingerMs = 5000 } = options;
    this.#feeds = new WatchedFeeds({ tokenOf, lingerMs });
    // From here: the stream belongs to no call or trace that happens to need it first.
    this.#running = this.#run();
  }

  watch(customerId: string): void {
    this.#feeds.watch(customerId);
  }

  unwatch(customerId: string): void {
    this.#feeds.unwatch(customerId);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#feeds.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const stopping = this.#stop.signal;
    for (let failures = 0; !stopping.aborted;) {
      try {
        await this.#feeds.needed(stopping);
        if (stopping.aborted) return;
        for await (const answer of this.#open()) {
          failures = 0;
          this.#take(answer);
        }
      } catch (error) {
        if (!stopping.aborted) this.#options.failed(error);
      }
      this.#feeds.disconnected();
      if (stopping.aborted) return;
      const atMostMs = Math.min(backoffMs.first * 2 ** failures, backoffMs.longest);
      failures += 1;
      await paused(Math.random() * atMostMs, stopping);
    }
  }

  #open(): AsyncIterable<WatchUpdatesResponse> {
    streams.inc();
    const { open, maxAgeMs = 600_000 } = this.#options;
    return open(this.#feeds.requests(maxAgeMs * (0.8 + Math.random() * 0.4)), this.#stop.signal);
  }

  #take({ id, answer }: WatchUpdatesResponse): void {
    switch (answer?.$case) {
      case 'subscribed':
        return this.#feeds.subscribed(id, answer.value.latestSequence);
      case 'refused':
        return this.#feeds.refused(id, answer.value.code);
      case 'update': {
        const update = toOrderUpdate(answer.value);
        if (this.#feeds.reached(id, update.feedSequence)) this.#options.updated(update);
      }
    }
  }
}

function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
