import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { LogReader } from '@mesh/pg-log';
import { readBacklog, type Backlog } from '../postgres/backlog.js';
import { explained } from './foreign-cursor.js';
import { RELAY_GROUP } from './relay-group.js';
import { relayMetrics } from './relay-metrics.js';
import type { RelayOptions, StopOptions } from './relay-options.js';
import { RowPublisher } from './row-publisher.js';

/** While one waits for its last confirmations, the other is under way. */
const BATCHES = 2;

/**
 * Publishes what was appended: everything that commits, in its order within each key, at least
 * once. Replicas share the keys; one at a time has a key. While the broker or the database is away
 * it waits and goes on by itself. An event that can never be published (too large for the broker,
 * undecodable) is copied to the dead letters with its reason and passed.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  readonly #rows: RowPublisher;
  #running: Promise<void> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#rows = new RowPublisher(options);
  }

  /**
   * Fulfilled when it relays. Goes on in the background until {@link stop}. Call it once.
   * @throws LogError CURSOR_FOREIGN when the cursor belongs to another server: the message names the ways on; SLOT_LOST when events may be missing
   */
  async start(): Promise<void> {
    const { log, batch, retry, leaseMs, pollMs, hooks, service = 'SERVICE' } = this.#options;
    const reader: LogReader = log.reader({
      group: RELAY_GROUP,
      from: 'start',
      batch: batch?.count ?? 2000,
      batches: BATCHES,
      maxBytes: batch?.bytes ?? 4 * 1024 * 1024,
      ...(retry && { retry }),
      ...(leaseMs !== undefined && { leaseMs }),
      ...(pollMs !== undefined && { pollMs }),
      onError: (error, failures) => this.#rows.failed(error, failures),
    });
    const running = reader
      .run((rows) => this.#rows.publish(rows), { signal: this.#stop.signal })
      .catch((error: Error) => {
        throw explained(error, service);
      });
    // Until it is stopped: what waits for a relay that ended has not gone.
    this.#unwatch = relayMetrics.watch(() => this.backlog());
    this.#running = running.catch((error: Error) => hooks?.ended?.(error));
    // A reader that ends is ready too: why it ended comes first.
    await Promise.race([reader.ready.then(() => setImmediate()), running]);
  }

  /** What is committed and not yet confirmed; not a number where only the replica that reads knows. */
  backlog(): Promise<Backlog> {
    const { log, pool } = this.#options;
    return log.backlog?.() ?? readBacklog(pool);
  }

  /**
   * Publishes what is committed, for at most `flushMs`, then takes no more, waits at most `graceMs`
   * until what it took is confirmed or refused, and gives its keys to other replicas. What is left
   * is published by them, or after the next start. Idempotent.
   */
  async stop({ flushMs = 0, graceMs = 3000 }: StopOptions = {}): Promise<void> {
    if (!this.#stop.signal.aborted) await this.#flush(performance.now() + flushMs);
    this.#stop.abort();
    await within(graceMs, this.#running);
    this.#unwatch?.();
  }

  async #flush(deadline: number): Promise<void> {
    for (;;) {
      const leftMs = deadline - performance.now();
      if (this.#running === undefined || leftMs <= 0) return;
      const backlog = await within(
        leftMs,
        this.backlog().catch(() => undefined),
      );
      if (backlog?.depth === 0) return;
      this.#options.log.wake();
      await sleep(20);
    }
  }
}

/** The promise's value, or undefined when it takes longer. */
async function within<T>(timeoutMs: number, promise: Promise<T> | undefined) {
  const timeout = new AbortController();
  const timer = sleep(timeoutMs, undefined, timeout).catch(() => undefined);
  try {
    return await Promise.race([promise, timer]);
  } finally {
    timeout.abort();
  }
}
