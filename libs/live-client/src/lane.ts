import { Asking } from './asking.js';
import { Backoff, type ReconnectBounds } from './backoff.js';
import { Connection, type ConnectionTimes } from './connection.js';
import { LiveError } from './live-error.js';
import { topicOf, type Message } from './messages.js';
import { network } from './network.js';
import type { LiveState } from './state.js';
import type { LiveSubscription } from './subscription.js';
import type { TokenReason, Tokens } from './tokens.js';

type Subscribed = LiveSubscription<unknown>;

export interface LaneOptions {
  url(): string;
  readonly tokens: Tokens;
  readonly reconnect: ReconnectBounds;
  readonly times: Required<ConnectionTimes>;
  changed(): void;
  warn(error: LiveError): void;
}

const sentAway: ReadonlySet<string> = new Set(['MOVING', 'TOKEN_EXPIRED']);

/** After so long a connection has lasted, and the next wait is a short one again. */
const LASTING_MS = 5_000;

/**
 * Keeps one connection while it has subscriptions: makes another one when it breaks, at any gateway, and
 * has every subscription go on where it stands.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #backoff: Backoff;
  readonly #subscriptions = new Map<string, Subscribed>();
  readonly #unwatch: () => void;
  #state: LiveState = { phase: 'idle', attempt: 0 };
  #connection: Connection | undefined;
  #asking: Asking | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts attempts, so that what belongs to an earlier one is known as such. */
  #attempt = 0;
  #reason: TokenReason = 'connect';
  #suspended = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.reconnect);
    this.#unwatch = network.watch(() => this.#networkChanged());
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Ends it with ALREADY_SUBSCRIBED when another one has its topic, with CLOSED when this is closed. */
  join(subscription: Subscribed): void {
    if (subscription.over) return;
    const { name } = subscription.topic;
    if (this.#state.phase === 'closed') {
      return subscription.end(new LiveError('CLOSED', `The client was closed before ${name}`));
    }
    if (this.#subscriptions.has(name)) {
      const message = `There is a subscription to ${name}: share its events, or close it`;
      return subscription.end(new LiveError('ALREADY_SUBSCRIBED', message));
    }
    this.#subscriptions.set(name, subscription);
    this.#asking?.ask(subscription);
    if (this.#state.phase === 'idle') this.#connect();
  }

  /** Forgets the subscription to a topic when that is over. */
  leave(name: string): void {
    const subscription = this.#subscriptions.get(name);
    if (subscription?.over !== true) return;
    this.#subscriptions.delete(name);
    this.#asking?.leave(subscription);
    // Whoever subscribes again at once, as a view that is drawn anew, keeps the connection.
    if (this.#subscriptions.size === 0) setTimeout(() => this.#idle());
  }

  suspend(): void {
    this.#suspended = true;
    this.#drop();
    this.#tell({ phase: 'suspended', attempt: 0 });
  }

  resume(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    this.#tell({ phase: 'idle', attempt: 0 });
    this.#connect();
  }

  /** Ends every subscription; without an error as `close` does. */
  close(error?: LiveError): void {
    if (this.#state.phase === 'closed') return;
    this.#unwatch();
    this.#drop();
    this.#tell({ phase: 'closed', attempt: 0, ...(error && { error }) });
    for (const subscription of [...this.#subscriptions.values()]) {
      if (error) subscription.end(error);
      else subscription.close();
    }
  }

  #idle(): void {
    const { phase } = this.#state;
    if (this.#subscriptions.size > 0 || phase === 'closed' || phase === 'suspended') return;
    this.#drop();
    this.#backoff.reset();
    this.#tell({ phase: 'idle', attempt: 0 });
  }

  #connect(): void {
    if (this.#suspended || this.#subscriptions.size === 0) return;
    this.#drop();
    const attempt = this.#attempt;
    this.#tell({ ...this.#state, phase: 'connecting', attempt: this.#backoff.tries });
    const failed = (error: LiveError, refused = false) => {
      if (attempt === this.#attempt) this.#failed(error, refused);
    };
    const { tokens, times, url } = this.#options;
    const late = new LiveError('CONNECTION_FAILED', `No connection within ${times.connectMs} ms`);
    this.#timer = setTimeout(() => failed(late), times.connectMs);
    void tokens.get(this.#reason).then((token) => {
      if (attempt !== this.#attempt) return;
      const listener = {
        opened: () => this.#opened(),
        received: (message: Message) => this.#received(message),
        failed,
      };
      this.#connection = new Connection({ url: url(), token }, listener, times);
    }, failed);
  }

  #received(message: Message): void {
    if (message.name === 'token.expiring') void this.#renew();
    else this.#asking?.received(message);
  }

  /** Shows the gateway another token. When that fails, the connection ends, and the next one asks anew. */
  async #renew(): Promise<void> {
    const { tokens, warn } = this.#options;
    const connection = this.#connection;
    if (!tokens.renewable) return;
    const token = await tokens.get('expiring').catch(warn);
    if (token === undefined || connection !== this.#connection) return;
    connection?.ask('renew', { token }, (answer) => {
      if (!answer.ok) return warn(answer.error);
      for (const name of answer.ended.map(topicOf)) {
        const message = `The new token does not allow ${name}`;
        this.#subscriptions.get(name)?.end(new LiveError('FORBIDDEN', message));
      }
    });
  }

  #opened(): void {
    this.#reason = 'connect';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#backoff.reset(), LASTING_MS);
    if (!this.#connection) return;
    this.#asking = new Asking({
      connection: this.#connection,
      subscriptions: this.#subscriptions.values(),
      bounds: this.#options.reconnect,
      settled: () => this.#tell({ phase: 'live', attempt: 0 }),
    });
  }

  #failed(error: LiveError, refused: boolean): void {
    this.#drop();
    const unauthenticated = error.code === 'UNAUTHENTICATED' && this.#options.tokens.renewable;
    if (refused && !error.retryable && !unauthenticated) return this.close(error);
    if (unauthenticated) this.#reason = 'refused';
    if (error.code === 'TOKEN_EXPIRED') this.#reason = 'expiring';
    // These come one after the other already, and the way is clear.
    const atOnce = sentAway.has(error.code) && this.#backoff.tries === 0;
    const retryInMs = this.#backoff.nextMs() * (atOnce ? 0 : 1);
    const attempt = this.#backoff.tries;
    if (network.offline) return this.#tell({ phase: 'offline', attempt, error });
    this.#tell({ phase: 'waiting', attempt, retryInMs, error });
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
  }

  #networkChanged(): void {
    const { phase, attempt, error } = this.#state;
    if (phase !== 'waiting' && phase !== 'offline') return;
    clearTimeout(this.#timer);
    if (network.offline) return this.#tell({ phase: 'offline', attempt, ...(error && { error }) });
    this.#backoff.reset();
    this.#connect();
  }

  #drop(): void {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#asking?.stop();
    this.#connection?.close();
    this.#asking = this.#connection = undefined;
  }

  #tell(state: LiveState): void {
    this.#state = state;
    this.#options.changed();
  }
}
