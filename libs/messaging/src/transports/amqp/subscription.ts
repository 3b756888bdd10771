import { randomUUID } from 'node:crypto';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { DeliveryHandler } from '../../delivery.js';
import { Dispatcher } from '../../dispatch/dispatcher.js';
import { TopologyError, TransportError } from '../../errors.js';
import { inSettleSpan } from '../../middleware/process-spans.js';
import { logFailedAttempts } from '../../log.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import { Acks } from './acks.js';
import { closeInTime } from './close-in-time.js';
import type { AmqpConnection } from './connection.js';
import { declareParts } from './declare-parts.js';
import { deadLetterQueue } from './declaration.js';
import { AmqpDelivery } from './delivery.js';
import { declareEphemeral } from './ephemeral-queue.js';
import { declareLadder } from './delay-ladder.js';
import type { AmqpSettings } from './options.js';
import { prefetchOf } from './prefetch.js';
import type { AmqpPublisher } from './publisher.js';

const RESTART_MS = { min: 100, max: 1000 };
const CLOSE_TIMEOUT_MS = 2000;
const DEFAULT_GRACE_MS = 10_000;

export interface AmqpSubscriptionOptions {
  readonly settings: AmqpSettings;
  readonly connection: AmqpConnection;
  readonly subscribe: SubscribeOptions;
  /** Reads the group's queue of dead letters instead of its own. @default false */
  readonly deadLetters?: boolean;
  readonly handler: DeliveryHandler;
  /** Where dead letters go. */
  readonly publisher: AmqpPublisher;
}

/** What belongs to one channel, and is over with it. */
interface Session {
  readonly channel: Channel;
  readonly acks: Acks;
  readonly lost: AbortController;
}

/**
 * One consumer of a queue, on a channel of its own; the window is the prefetch. When the channel or
 * the connection is lost it declares queue and bindings again and goes on; what was in its window
 * comes again.
 */
export class AmqpSubscription implements Subscription {
  readonly #options: AmqpSubscriptionOptions;
  readonly #prefetch: number;
  /** An ephemeral group's queue belongs to this subscription alone. */
  readonly #queue: string;
  readonly #dispatcher: Dispatcher;
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<void>();
  #session: Session | null = null;
  /** Of what is lost meanwhile, `#start` hears itself. */
  #starting = false;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;

  constructor(options: AmqpSubscriptionOptions) {
    const { subscribe, settings, handler, publisher } = options;
    this.#options = options;
    this.#prefetch = prefetchOf(subscribe.window);
    this.#queue = queueOf(options);
    this.#dispatcher = new Dispatcher({
      group: subscribe.group,
      handler,
      window: { count: this.#prefetch, bytes: Infinity },
      concurrency: subscribe.concurrency ?? 32,
      redelivery: {
        minMs: subscribe.redelivery?.minMs ?? 50,
        maxMs: subscribe.redelivery?.maxMs ?? 10_000,
      },
      deadLetter: (delivery, reason, error) =>
        publisher.send([(delivery as AmqpDelivery).deadLetter(reason, error)]),
      ...(subscribe.redelivery?.via === 'broker' && {
        giveBack: (delivery, delayMs) =>
          publisher.send([(delivery as AmqpDelivery).again(delayMs)]),
      }),
      onError: logFailedAttempts(settings.log),
    });
    this.#ready.promise.catch(() => {});
    void this.#start();
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Fulfilled once `close` was called and is done. */
  get closed(): Promise<void> {
    return this.#done.promise;
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMs).finally(() => this.#done.resolve());
    return this.#closed;
  }

  /**
   * The consumer stays on its queue until its handlers have ended, with nothing new being started:
   * were it cancelled first, the next active consumer would run ahead of them.
   */
  async #close(graceMs: number): Promise<void> {
    clearTimeout(this.#restartTimer);
    this.#ready.reject(new TransportError(`The subscription of ${this.#queue} was closed`));
    await this.#dispatcher.close(graceMs);
    const session = this.#session;
    if (session === null) return;
    session.acks.flush();
    session.acks.close();
    session.lost.abort();
    // A broker that can't be asked removes it later by itself.
    if (this.#options.subscribe.ephemeral && !this.#options.deadLetters)
      void (async () => session.channel.deleteQueue(this.#queue))().catch(() => {});
    await closeInTime(session.channel, CLOSE_TIMEOUT_MS);
  }

  async #start(): Promise<void> {
    this.#starting = true;
    try {
      const session = await this.#options.connection.answered((model) => this.#consume(model));
      const { channel } = session;
      if (this.#closed !== null) return void channel.close().catch(() => {});
      if (this.#session !== session) throw new TransportError('The channel was lost');
      this.#starting = false;
      this.#restarts = 0;
      this.#ready.resolve();
    } catch (err) {
      this.#starting = false;
      this.#session?.channel.close().catch(() => {});
      if (err instanceof TopologyError) this.#mismatched(err);
      this.#restart(err);
    }
  }

  async #consume(model: ChannelModel): Promise<Session> {
    const channel = await model.createChannel();
    const session = { channel, acks: new Acks(channel), lost: new AbortController() };
    channel.on('error', (err) => this.#log('warn', 'AMQP consumer channel failed', { err }));
    channel.on('close', () => this.#lost(session));
    this.#session = session;
    await channel.prefetch(this.#prefetch);
    await this.#declare(model, channel);
    await channel.consume(this.#queue, (message) => this.#onMessage(session, message));
    return session;
  }

  async #declare(model: ChannelModel, channel: Channel): Promise<void> {
    const { subscribe, settings } = this.#options;
    const { source, filter = ['#'], ephemeral, redelivery } = subscribe;
    if (this.#options.deadLetters) {
      await declareParts(model, channel, settings.topology.deadLetters(this.#queue));
    } else if (ephemeral) {
      await declareParts(model, channel, settings.topology.exchange(source));
      await declareEphemeral(channel, { source, queue: this.#queue, filter });
    } else {
      await declareParts(model, channel, settings.topology.group(subscribe));
    }
    if (redelivery?.via === 'broker')
      await declareLadder(model, channel, { kind: 'queue', name: this.#queue });
  }

  #onMessage(session: Session, message: ConsumeMessage | null): void {
    if (this.#closed !== null) return;
    // The queue was deleted: it is declared again.
    if (message === null) return void session.channel.close().catch(() => {});
    const { source, group } = this.#options.subscribe;
    const { deliveryTag } = message.fields;
    const place = { source, group, queue: this.#queue, signal: session.lost.signal };
    const delivery = new AmqpDelivery(message, place);
    session.acks.delivered(deliveryTag);
    void this.#dispatcher.dispatch(delivery).then((outcome) => {
      if (outcome === 'done')
        void inSettleSpan([delivery], () => session.acks.finished(deliveryTag));
    });
  }

  /** Known to whoever waits for the subscription; tried again, for an operator may mend it. */
  #mismatched(err: TopologyError): void {
    const { differences } = err;
    this.#log('warn', 'AMQP queue differs from the code', { differences });
    this.#ready.reject(err);
    this.#restarts = Infinity;
  }

  #lost(session: Session): void {
    session.acks.close();
    session.lost.abort();
    if (this.#session !== session) return;
    this.#session = null;
    if (!this.#starting) this.#restart(null);
  }

  #restart(err: unknown): void {
    if (this.#closed !== null || this.#restartTimer !== undefined) return;
    const pauseMs = Math.min(RESTART_MS.max, RESTART_MS.min * 2 ** this.#restarts++);
    this.#log('debug', 'AMQP consumer starts again', { pauseMs, err });
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = undefined;
      void this.#start();
    }, pauseMs);
  }

  #log(level: 'debug' | 'warn', message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#options.settings.log(level, message, { queue: this.#queue, ...fields });
  }
}

function queueOf({
  subscribe: { group, ephemeral },
  deadLetters,
}: AmqpSubscriptionOptions): string {
  if (deadLetters) return deadLetterQueue(group);
  return ephemeral ? `${group}.${randomUUID()}` : group;
}
