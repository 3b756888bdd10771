import { setTimeout as sleep } from 'node:timers/promises';
import { LogError, type LogEntry } from '@mesh/pg-log';
import { postgresRefusalOf } from '../../access/postgres-refusal.js';
import { Admission } from '../../publish/admission.js';
import { encodeAll } from '../../publish/encode-all.js';
import { requireFeatures } from '../../publish/features-needed.js';
import { PublishCall, type Refusal } from '../../publish/publish-call.js';
import { counted } from '../../publish/publish-metrics.js';
import { sendTraced } from '../../publish/send-spans.js';
import type { Message, Publisher } from '../../publisher.js';
import { features } from './features.js';
import { entryOf, sizeOf } from './record.js';

/** Accepted and unconfirmed at most. */
const WINDOW = { count: 10_000, bytes: 32 * 1024 * 1024 };
/** Of one statement. */
const BATCH = { count: 1000, bytes: 4 * 1024 * 1024 };
const CLOSE_TIMEOUT_MS = 5000;

const CLOSED: Refusal = {
  code: 'PUBLISHER_CLOSED',
  retryable: true,
  message: 'The embedded publisher was closed',
};

interface Queued {
  readonly entry: LogEntry;
  readonly bytes: number;
  readonly call: PublishCall;
  readonly index: number;
}

/**
 * Appends with one statement in flight, which takes whatever was accepted while the one before was
 * on its way: concurrent callers share commits, and order within a key is that of the calls.
 */
export class EmbeddedPublisher implements Publisher {
  readonly #append: (entries: readonly LogEntry[]) => Promise<void>;
  readonly #admission = new Admission(WINDOW);
  #queue: Queued[] = [];
  #inFlight: readonly Queued[] = [];
  #pumping: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /** `append` commits the entries before it fulfils. */
  constructor(append: (entries: readonly LogEntry[]) => Promise<void>) {
    this.#append = append;
  }

  async publish(messages: readonly Message[]): Promise<void> {
    requireFeatures(messages, { name: 'embedded', features });
    const sent = sendTraced('mesh-log', messages, (traced) =>
      this.append(encodeAll(traced, entryOf)),
    );
    await counted('embedded', messages.length, sent);
  }

  /** Like `publish`, for entries that are no events of ours, such as dead letters. */
  async append(entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const call = new PublishCall(entries.length);
    const queued = entries.map((entry, index) => ({ entry, bytes: sizeOf(entry), call, index }));
    if (this.#closed) {
      for (const { index } of queued) call.refuse(index, CLOSED);
    } else {
      const bytes = queued.reduce((sum, next) => sum + next.bytes, 0);
      this.#admission.request(entries.length, bytes, () => this.#accept(queued));
    }
    await call.settled;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const timeout = new AbortController();
    const waited = sleep(CLOSE_TIMEOUT_MS, undefined, timeout).catch(() => undefined);
    await Promise.race([this.#pumping, waited]);
    timeout.abort();
    const left = [...this.#inFlight, ...this.#queue];
    this.#inFlight = [];
    this.#queue = [];
    for (const queued of left) this.#settle(queued, CLOSED);
  }

  #accept(queued: readonly Queued[]): void {
    if (this.#closed) return queued.forEach((next) => this.#settle(next, CLOSED));
    for (const next of queued) this.#queue.push(next);
    // Begins in a microtask, so that calls of the same turn share a statement.
    this.#pumping ??= Promise.resolve().then(() => this.#pump());
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      this.#inFlight = batch;
      const refusal = await this.#commit(batch);
      if (this.#inFlight !== batch) break;
      this.#inFlight = [];
      // What waits behind a batch that may still arrive would overtake it: it is refused as well.
      const settled = refusal ? [...batch, ...this.#queue.splice(0)] : batch;
      for (const queued of settled) this.#settle(queued, refusal);
    }
    this.#pumping = undefined;
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

  async #commit(batch: readonly Queued[]): Promise<Refusal | undefined> {
    try {
      await this.#append(batch.map(({ entry }) => entry));
      return undefined;
    } catch (cause) {
      const refused = postgresRefusalOf(cause);
      if (refused !== null)
        return { code: 'AUTHENTICATION_FAILED', retryable: true, message: refused, cause };
      const text = cause instanceof Error ? cause.message : String(cause);
      const message = `The embedded log did not confirm: ${text}`;
      return { code: 'PUBLISH_FAILED', retryable: isRetryable(cause), message, cause };
    }
  }

  #settle({ call, index, bytes }: Queued, refusal: Refusal | undefined): void {
    if (refusal) call.refuse(index, refusal);
    else call.confirm();
    this.#admission.release(bytes);
  }
}

/** The log's errors say it themselves; all others are the connection's or the server's state. */
function isRetryable(cause: unknown): boolean {
  return !(cause instanceof LogError) || cause.retryable;
}
