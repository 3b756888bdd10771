import type { LogRow, PgLog } from '@mesh/pg-log';
import type { DeliveryHandler } from '../../delivery.js';
import { Dispatcher } from '../../dispatch/dispatcher.js';
import { matcherOf } from '../../dispatch/routing-patterns.js';
import { logFailedAttempts, type MessagingLog } from '../../log.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import { EmbeddedDelivery } from './delivery.js';
import { groupNameOf } from './group-name.js';
import type { EmbeddedPublisher } from './publisher.js';

const DEFAULT_WINDOW = { count: 256, bytes: 16 * 1024 * 1024 };
const DEFAULT_GRACE_MS = 5000;

export interface SubscriptionParts {
  readonly log: PgLog;
  readonly deadLetters: EmbeddedPublisher;
  readonly leaseMs: number | undefined;
  readonly say: MessagingLog;
  readonly onClosed: (subscription: EmbeddedSubscription) => void;
}

/** Reads a stream for a group and dispatches its rows; a row is finished when its delivery is done. */
export class EmbeddedSubscription implements Subscription {
  readonly ready: Promise<void>;
  readonly #running: Promise<void>;
  readonly #dispatcher: Dispatcher;
  readonly #stopReading = new AbortController();
  readonly #closed = new AbortController();
  /** For all rows of a claimed partition the same signal: lost, or closed. */
  readonly #signals = new WeakMap<AbortSignal, AbortSignal>();
  #closing: Promise<void> | undefined;

  constructor(
    { log, deadLetters, leaseMs, say, onClosed }: SubscriptionParts,
    private readonly options: SubscribeOptions,
    handler: DeliveryHandler,
  ) {
    const { source, group, ephemeral = false, redelivery } = options;
    const window = {
      count: options.window?.count ?? DEFAULT_WINDOW.count,
      bytes: options.window?.bytes ?? DEFAULT_WINDOW.bytes,
    };
    this.#dispatcher = new Dispatcher({
      group,
      handler,
      window,
      concurrency: options.concurrency ?? 32,
      redelivery: { minMs: redelivery?.minMs ?? 50, maxMs: redelivery?.maxMs ?? 10_000 },
      deadLetter: (delivery, reason, error) =>
        deadLetters.append([(delivery as EmbeddedDelivery).deadLetter(reason, error)]),
      onError: logFailedAttempts(say),
    });
    const reader = log.reader({
      group: groupNameOf(options),
      streams: [source],
      from: ephemeral ? 'end' : (options.from ?? 'start'),
      ephemeral,
      leaseMs,
      handOver: 'row',
      window,
      onError: (error, failures) =>
        say(failures > 1 ? 'warn' : 'debug', 'Reading the log failed, trying again', {
          ...{ source, group, failures, err: error },
        }),
    });
    const matches = matcherOf(options.filter ?? ['#']);
    this.#running = reader.run(
      (rows) => rows.map((row) => (matches(row.routingKey ?? '') ? this.#dispatch(row) : FINISHED)),
      { signal: this.#stopReading.signal },
    );
    this.ready = Promise.race([reader.ready, this.#running]);
    this.ready.catch(() => undefined);
    this.#running
      .catch((error: Error) =>
        say('error', 'The subscription ended', { source, group, err: error }),
      )
      .finally(() => onClosed(this));
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopReading.abort();
    await this.#dispatcher.close(graceMs);
    this.#closed.abort();
    await this.#running.catch(() => undefined);
  }

  async #dispatch(row: LogRow): Promise<void> {
    const delivery = new EmbeddedDelivery(row, this.options.group, this.#signalOf(row));
    const outcome = await this.#dispatcher.dispatch(delivery);
    if (outcome === 'abandoned') throw new Error('The delivery was given back unfinished');
  }

  #signalOf({ signal }: LogRow): AbortSignal {
    let combined = this.#signals.get(signal);
    if (!combined) {
      combined = AbortSignal.any([signal, this.#closed.signal]);
      this.#signals.set(signal, combined);
    }
    return combined;
  }
}

const FINISHED = Promise.resolve();
