import { setTimeout as sleep } from 'node:timers/promises';
import { findStream, type Stream } from '@mesh/contracts';
import type { LogReader, LogRow } from '@mesh/pg-log';
import { OutboxError } from '../errors.js';
import { readBacklog, type Backlog } from '../postgres/backlog.js';
import { outgoing, Outcome, publishBatch, type Outgoing } from './batch.js';
import { park } from './dead-letters.js';
import { RELAY_GROUP } from './relay-group.js';
import { relayMetrics } from './relay-metrics.js';
import type { RelayOptions, StopOptions } from './relay-options.js';

/** Of rows confirmed beside failing ones; more only means that some are published twice. */
const MAX_REMEMBERED = 10_000;

/**
 * Publishes what was appended: everything that commits, in its order within each key, at least
 * once. Replicas share the keys; one at a time has a key. While the broker or the database is away
 * it waits and goes on by itself. An event that can never be published (too large for the broker,
 * undecodable) is copied to the dead letters with its reason and passed.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  /** Positions confirmed in a batch that failed in part: not published again when they come again. */
  readonly #confirmed = new Set<bigint>();
  /** The log tells each row's error again. */
  readonly #told = new WeakSet<Error>();
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /**
   * Fulfilled when it relays. Goes on in the background until {@link stop}. Call it once.
   * @throws LogError CURSOR_FOREIGN when the cursor belongs to another server
   */
  async start(): Promise<void> {
    const { log, batch, retry, leaseMs, pollMs, hooks } = this.#options;
    const reader: LogReader = log.reader({
      group: RELAY_GROUP,
      from: 'start',
      batch: batch?.count ?? 1000,
      maxBytes: batch?.bytes ?? 4 * 1024 * 1024,
      ...(retry && { retry }),
      ...(leaseMs !== undefined && { leaseMs }),
      ...(pollMs !== undefined && { pollMs }),
      onError: (error, failures) => this.#fail(error, failures),
    });
    const running = reader.run((rows) => this.#relay(rows), { signal: this.#stop.signal });
    const unwatch = relayMetrics.watch(() => this.backlog());
    this.#running = running.catch((error: Error) => hooks?.ended?.(error)).finally(unwatch);
    await Promise.race([reader.ready, running]);
  }

  /** What is committed and not yet confirmed. */
  backlog(): Promise<Backlog> {
    return readBacklog(this.#options.pool);
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

  /** One promise a row, so that one failing key holds back its own partition only. */
  #relay(rows: readonly LogRow[]): readonly Promise<void>[] {
    const done = this.#publish(rows);
    return rows.map(async (row) => {
      const error = (await done).failed.get(row);
      if (error !== undefined) throw error;
    });
  }

  async #publish(rows: readonly LogRow[]): Promise<Outcome> {
    const outcome = new Outcome();
    const fresh = rows.filter((row) => !this.#confirmed.delete(row.position));
    const byKind = this.#sort(fresh, outcome);
    await Promise.all([...byKind].map(([kind, batch]) => this.#publishKind(kind, batch, outcome)));
    await Promise.all([...outcome.rejected].map(([row, error]) => this.#park(row, error, outcome)));
    this.#tell(fresh, outcome);
    return outcome;
  }

  #sort(rows: readonly LogRow[], outcome: Outcome): Map<Stream['kind'], Outgoing[]> {
    const byKind = new Map<Stream['kind'], Outgoing[]>();
    for (const row of rows) {
      const stream = findStream(row.stream);
      if (stream === undefined) {
        outcome.failed.set(row, unknownStream(row));
        continue;
      }
      try {
        const batch = byKind.get(stream.kind);
        if (batch === undefined) byKind.set(stream.kind, [outgoing(row)]);
        else batch.push(outgoing(row));
      } catch (error) {
        outcome.rejected.set(row, error as Error);
      }
    }
    return byKind;
  }

  async #publishKind(kind: Stream['kind'], batch: readonly Outgoing[], outcome: Outcome) {
    try {
      await publishBatch(await this.#options.publishers(kind), batch, outcome);
    } catch (error) {
      for (const { row } of batch) outcome.failed.set(row, error as Error);
    }
  }

  async #park(row: LogRow, error: Error, outcome: Outcome): Promise<void> {
    try {
      await park(this.#options.pool, row, error);
      relayMetrics.parked(error);
      this.#options.hooks?.parked?.(row, error);
    } catch (cause) {
      outcome.failed.set(row, cause as Error);
    }
  }

  #tell(rows: readonly LogRow[], { failed, rejected }: Outcome): void {
    const published = rows.filter((row) => !failed.has(row) && !rejected.has(row));
    if (published.length > 0) relayMetrics.published(published);
    if (failed.size === 0) {
      this.#failures = 0;
      return;
    }
    const errors = new Set(failed.values());
    this.#failures += 1;
    for (const error of errors) this.#fail(error, this.#failures);
    if (this.#confirmed.size + published.length > MAX_REMEMBERED) this.#confirmed.clear();
    for (const { position } of published) this.#confirmed.add(position);
  }

  #fail(error: Error, failures: number): void {
    if (this.#told.has(error)) return;
    this.#told.add(error);
    relayMetrics.failed();
    this.#options.hooks?.failed?.(error, failures);
  }
}

function unknownStream({ stream, position }: LogRow): OutboxError {
  return new OutboxError(
    'STREAM_UNKNOWN',
    `The event at position ${position} is for the stream "${stream}", which this version's catalog does not have; a newer version of the service will publish it`,
  );
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
