import { Backoff, type ReconnectBounds } from './backoff.js';
import type { Connection } from './connection.js';
import type { LiveError } from './live-error.js';
import type { Ack, Message } from './messages.js';
import type { LiveSubscription } from './subscription.js';

type Subscribed = LiveSubscription<unknown>;

/** Messages that wait for the gateway's answer at once. */
const MAX_WAITING = 32;

/** The subscriptions of one connection: asks for each, again when that may help, and hands on what comes. */
export class Asking {
  readonly #connection: Connection;
  readonly #bounds: ReconnectBounds;
  readonly #waiting: Subscribed[] = [];
  readonly #granted = new Set<Subscribed>();
  readonly #backoffs = new Map<Subscribed, Backoff>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #settled: () => void;
  /** Subscriptions that were there when the connection opened and are not answered yet. */
  readonly #first: Set<Subscribed>;
  #asked = 0;
  #over = false;

  constructor(options: {
    readonly connection: Connection;
    readonly subscriptions: Iterable<Subscribed>;
    readonly bounds: ReconnectBounds;
    /** Each subscription has an answer. */
    settled(): void;
  }) {
    this.#connection = options.connection;
    this.#bounds = options.bounds;
    this.#settled = () => options.settled();
    this.#first = new Set(options.subscriptions);
    for (const subscription of this.#first) this.ask(subscription);
  }

  ask(subscription: Subscribed): void {
    this.#waiting.push(subscription);
    this.#next();
  }

  /** Tells the gateway, unless it does not know of the subscription. */
  leave(subscription: Subscribed): void {
    this.#backoffs.delete(subscription);
    this.#answered(subscription);
    if (this.#over) return;
    this.#granted.delete(subscription);
    this.#connection.ask('unsubscribe', subscription.topic.request(), () => undefined);
  }

  received(message: Message): void {
    for (const subscription of this.#granted) {
      subscription.deliver(subscription.topic.received(message));
    }
  }

  stop(): void {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #next(): void {
    while (this.#asked < MAX_WAITING) {
      const subscription = this.#waiting.shift();
      if (subscription === undefined) return;
      if (!subscription.over) this.#request(subscription);
    }
  }

  #request(subscription: Subscribed): void {
    this.#asked += 1;
    this.#connection.ask('subscribe', subscription.topic.request(), (answer) => {
      this.#asked -= 1;
      if (!subscription.over) this.#take(subscription, answer);
      this.#next();
    });
  }

  #take(subscription: Subscribed, answer: Ack): void {
    if (answer.ok) {
      this.#backoffs.delete(subscription);
      this.#granted.add(subscription);
      subscription.granted(answer.cursor);
    } else if (subscription.topic.refused(answer.error.code)) {
      return this.ask(subscription);
    } else if (mayPass(answer.error, subscription)) {
      this.#later(subscription, answer.error);
    } else {
      subscription.end(answer.error);
    }
    this.#answered(subscription);
  }

  #later(subscription: Subscribed, { retryAfterMs }: LiveError): void {
    const backoff = this.#backoffs.get(subscription) ?? new Backoff(this.#bounds);
    this.#backoffs.set(subscription, backoff);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.ask(subscription);
    }, retryAfterMs ?? backoff.nextMs());
    this.#timers.add(timer);
  }

  #answered(subscription: Subscribed): void {
    if (this.#first.delete(subscription) && this.#first.size === 0) this.#settled();
  }
}

/** A bound that is met at once is the caller's to hear of; one that is met on the way back is waited out. */
function mayPass(
  { code, retryable, retryAfterMs }: LiveError,
  { wasGranted }: Subscribed,
): boolean {
  return retryAfterMs !== undefined || (retryable && (wasGranted || code !== 'TOO_MANY_REQUESTS'));
}
