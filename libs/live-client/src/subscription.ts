import { EventQueue, type QueueOptions } from './event-queue.js';
import { LiveError } from './live-error.js';
import type { Topic } from './topic.js';

/**
 * Events of one topic, in order, for one consumer: `for await`, or {@link listen}. Goes on over any
 * number of connections until it is closed or refused for good.
 */
export interface Subscription<Event> extends AsyncIterable<Event> {
  /**
   * Fulfilled when a gateway has granted it for the first time: what is loaded by HTTP from then on misses
   * nothing that is not told. Rejects with the LiveError that ended it before.
   */
  readonly ready: Promise<void>;
  /**
   * Calls `handler` with one event at a time; a promise that it returns is waited for. A handler that throws
   * ends the subscription with HANDLER_FAILED. `ended` is called once: with the error, or without one after
   * `close`. @default ended: an error is thrown where nobody catches it
   *
   * @throws LiveError ALREADY_CONSUMED
   */
  listen(handler: (event: Event) => unknown, ended?: (error?: LiveError) => void): void;
  /** Ends it at once; what waits in its queue is dropped. */
  close(): void;
}

/** What every subscription takes. */
export interface SubscriptionOptions extends QueueOptions {
  /** Closes the subscription when aborted. @default only `close` does */
  readonly signal?: AbortSignal;
}

export interface SubscriptionHooks<Event> {
  /** The consumer is done with an event. */
  handled?(event: Event): void;
  /** Granted for the first time, from now on: from that cursor. */
  begun?(cursor: string): void;
  over(): void;
}

/** The queue between a connection and a consumer, and its end. */
export class LiveSubscription<Event> implements Subscription<Event> {
  readonly ready: Promise<void>;
  readonly topic: Topic<Event>;
  readonly #queue: EventQueue<Event>;
  readonly #hooks: SubscriptionHooks<Event>;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.close();
  #settleReady!: (error?: LiveError) => void;
  #wake: (() => void) | undefined;
  #consumed = false;
  #wasGranted = false;
  #over = false;
  #error: LiveError | undefined;

  constructor(
    topic: Topic<Event>,
    { signal, ...queue }: SubscriptionOptions,
    hooks: SubscriptionHooks<Event>,
  ) {
    this.topic = topic;
    this.#queue = new EventQueue(topic, queue);
    this.#hooks = hooks;
    this.#signal = signal;
    this.ready = new Promise((fulfil, reject) => {
      this.#settleReady = (error) => (error ? reject(error) : fulfil());
    });
    // Whoever does not wait for it learns of the end elsewhere.
    this.ready.catch(() => undefined);
    if (signal?.aborted) this.close();
    else signal?.addEventListener('abort', this.#abort);
  }

  get over(): boolean {
    return this.#over;
  }

  /** On this connection or an earlier one. */
  get wasGranted(): boolean {
    return this.#wasGranted;
  }

  granted(cursor: string | undefined): void {
    const { afresh } = this.topic;
    this.#wasGranted = true;
    this.deliver(this.topic.granted(cursor));
    if (afresh && cursor !== undefined) this.#hooks.begun?.(cursor);
    this.#settleReady();
  }

  deliver(events: readonly Event[]): void {
    try {
      for (const event of events) if (!this.#over) this.#queue.push(event);
    } catch (error) {
      this.end(error as LiveError);
    }
    if (this.#queue.length > 0) this.#awake();
  }

  listen(handler: (event: Event) => unknown, ended: (error?: LiveError) => void = rethrow): void {
    this.#consume();
    void this.#hand(handler).finally(() => ended(this.#error));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    this.#consume();
    try {
      for (;;) {
        const event = await this.#next();
        if (event === undefined) break;
        yield event;
        this.#hooks.handled?.(event);
      }
    } finally {
      this.close();
    }
    if (this.#error) throw this.#error;
  }

  close(): void {
    this.#queue.clear();
    this.#finish(undefined);
  }

  /** Ends it with an error, behind what waits in the queue. */
  end(error: LiveError): void {
    this.#finish(error);
  }

  async #hand(handler: (event: Event) => unknown): Promise<void> {
    for (let event = await this.#next(); event !== undefined; event = await this.#next()) {
      try {
        await handler(event);
      } catch (cause) {
        this.#queue.clear();
        const message = 'The handler of a live subscription failed; it has ended before that event';
        this.end(new LiveError('HANDLER_FAILED', message, { cause }));
        return;
      }
      this.#hooks.handled?.(event);
    }
  }

  /** Undefined when nothing more comes. */
  async #next(): Promise<Event | undefined> {
    while (this.#queue.length === 0 && !this.#over) {
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    return this.#queue.shift();
  }

  #consume(): void {
    if (this.#consumed) {
      throw new LiveError(
        'ALREADY_CONSUMED',
        'A subscription has one consumer: hand its events on',
      );
    }
    this.#consumed = true;
  }

  #finish(error: LiveError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#settleReady(
      error ?? new LiveError('CLOSED', `The subscription to ${this.topic.name} was closed`),
    );
    this.#awake();
    this.#hooks.over();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function rethrow(error?: LiveError): void {
  if (error)
    setTimeout(() => {
      throw error;
    });
}
