import { setTimeout as pause } from 'node:timers/promises';
import { IllegalOperationError, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { Admission } from '../../publish/admission.js';
import { encodeAll } from '../../publish/encode-all.js';
import { requireFeatures } from '../../publish/features-needed.js';
import { PublishCall, type Refusal } from '../../publish/publish-call.js';
import { counted } from '../../publish/publish-metrics.js';
import { sendTraced } from '../../publish/send-spans.js';
import { AuthenticationError } from '../../errors.js';
import type { Message, Publisher } from '../../publisher.js';
import { TopologyError } from '../../errors.js';
import { closeInTime } from './close-in-time.js';
import type { AmqpConnection } from './connection.js';
import { declareParts } from './declare-parts.js';
import { declareLadder } from './delay-ladder.js';
import { features } from './features.js';
import type { AmqpSettings } from './options.js';
import { outgoingOf, type Outgoing } from './outgoing.js';
import {
  closedRefusal,
  refusalOf,
  timeoutRefusal,
  topologyRefusal,
  UnsendableError,
} from './refusals.js';
import { SendQueue, type Queued } from './send-queue.js';

/** Accepted and unconfirmed at most. */
const WINDOW = { count: 10_000, bytes: 32 * 1024 * 1024 };
/** On their way to the broker at most: more starve the consumers of quorum queues. */
const FLYING = { count: 200, bytes: 8 * 1024 * 1024 };
const RECONNECT_MS = 250;
const CHECK_MS = 500;
const CLOSE_TIMEOUT_MS = 5000;

/**
 * Publishes persistent messages with confirms over one channel: many on their way, never two of one
 * key. A message that is not confirmed when the channel breaks is refused; what was not sent yet
 * waits for the next connection.
 */
export class AmqpPublisher implements Publisher {
  readonly #connection: AmqpConnection;
  readonly #settings: AmqpSettings;
  readonly #admission = new Admission(WINDOW);
  readonly #queue = new SendQueue();
  #channel: ConfirmChannel | null = null;
  /** A channel is being opened, or a target declared on it. */
  #preparing = false;
  /** Declared on this channel. */
  #targets = new Set<string>();
  #checks: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;
  #ended = false;
  #onEmpty: () => void = () => {};

  constructor(connection: AmqpConnection, settings: AmqpSettings) {
    this.#connection = connection;
    this.#settings = settings;
    connection.onUnblocked = () => this.#pump();
  }

  async publish(messages: readonly Message[]): Promise<void> {
    requireFeatures(messages, { name: 'amqp', features });
    const sent = sendTraced('rabbitmq', messages, (traced) =>
      this.send(encodeAll(traced, outgoingOf)),
    );
    await counted('amqp', messages.length, sent);
  }

  /** Like `publish`, for messages that are no events of ours, such as dead letters. */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return;
    const call = new PublishCall(messages.length);
    const deadline = Date.now() + this.#settings.publishTimeoutMs;
    const queued = messages.map((out, index) => ({ out, call, index, deadline }));
    if (this.#closed !== null) {
      for (const { index } of queued) call.refuse(index, closedRefusal);
    } else {
      const bytes = messages.reduce((sum, message) => sum + message.bytes, 0);
      this.#admission.request(messages.length, bytes, () => this.#accept(queued));
    }
    await call.settled;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#queue.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onEmpty = resolve;
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      await promise;
      clearTimeout(timer);
    }
    this.#ended = true;
    clearInterval(this.#checks);
    for (const queued of this.#queue.removeAll()) this.#settle(queued, closedRefusal);
    if (this.#channel !== null) await closeInTime(this.#channel, CLOSE_TIMEOUT_MS);
  }

  #accept(queued: readonly Queued[]): void {
    if (this.#ended) {
      for (const next of queued) this.#settle(next, closedRefusal);
      return;
    }
    for (const next of queued) this.#queue.add(next);
    this.#checks ??= setInterval(() => this.#refuseLate(), CHECK_MS);
    this.#pump();
  }

  /** Sends what may be sent now. */
  #pump(): void {
    if (this.#preparing || this.#ended) return;
    for (let first = this.#queue.first; first !== undefined; first = this.#queue.first) {
      if (this.#channel === null) return void this.#open();
      if (!this.#targets.has(nameOf(first.out)))
        return void this.#declare(this.#channel, first.out);
      if (!this.#mayFly) return;
      const next = this.#queue.takeFirst();
      if (next !== null) this.#fly(next);
    }
  }

  get #mayFly(): boolean {
    const { count, bytes } = this.#queue.flying;
    return count < FLYING.count && bytes < FLYING.bytes && !this.#connection.blocked;
  }

  #fly(queued: Queued): void {
    const { exchange, routingKey, content, options } = queued.out;
    const channel = this.#channel as ConfirmChannel;
    try {
      channel.publish(exchange, routingKey, content, options, (error: unknown) =>
        this.#landed(queued, error ?? null),
      );
    } catch (error) {
      // The channel is closed and its event still to come; else the message can't be encoded.
      if (error instanceof IllegalOperationError) this.#lost(channel);
      else this.#landed(queued, new UnsendableError(error));
    }
  }

  #landed(queued: Queued, error: unknown): void {
    if (!this.#queue.land(queued)) return;
    if (error === null) {
      this.#settle(queued, null);
      const next = this.#queue.takeNext(queued.out.order);
      if (next !== null && this.#channel !== null) this.#fly(next);
    } else {
      this.#refuse(queued, refusalOf(error));
    }
    this.#pump();
  }

  #refuse(queued: Queued, refusal: Refusal): void {
    const behind = this.#queue.removeOrder(queued.out.order);
    for (const refused of new Set([queued, ...behind])) this.#settle(refused, refusal);
  }

  #settle({ call, index, out }: Queued, refusal: Refusal | null): void {
    if (refusal === null) call.confirm();
    else call.refuse(index, refusal);
    this.#admission.release(out.bytes);
    if (this.#queue.size === 0) this.#onEmpty();
  }

  async #open(): Promise<void> {
    this.#preparing = true;
    try {
      const channel = await this.#connection.answered((model) => model.createConfirmChannel());
      channel.on('error', (err) =>
        this.#settings.log('warn', 'AMQP publish channel failed', { err }),
      );
      channel.on('close', () => this.#lost(channel));
      this.#targets = new Set();
      this.#channel = channel;
    } catch (err) {
      this.#settings.log('debug', 'AMQP publisher connects again', { err, pauseMs: RECONNECT_MS });
      if (err instanceof AuthenticationError) {
        for (const queued of this.#queue.removeAll()) this.#settle(queued, refusalOf(err));
      }
      await pause(RECONNECT_MS);
    }
    this.#preparing = false;
    this.#pump();
  }

  async #declare(channel: ConfirmChannel, out: Outgoing): Promise<void> {
    this.#preparing = true;
    try {
      await this.#connection.answered((model) => this.#declareTarget(model, channel, out.target));
      this.#targets.add(nameOf(out));
    } catch (err) {
      if (err instanceof TopologyError) this.#refuseTarget(out, err);
      // Closed before anybody could hear it.
      if (err instanceof IllegalOperationError) this.#lost(channel);
      this.#settings.log('warn', 'AMQP declaration failed', { ...out.target, err });
      await pause(RECONNECT_MS);
    }
    this.#preparing = false;
    this.#pump();
  }

  async #declareTarget(
    model: ChannelModel,
    channel: ConfirmChannel,
    { kind, name }: Outgoing['target'],
  ): Promise<void> {
    const { topology } = this.#settings;
    switch (kind) {
      case 'exchange':
        return declareParts(model, channel, topology.exchange(name));
      case 'dead letters':
        return declareParts(model, channel, topology.deadLetters(name));
      case 'delayed exchange':
        await declareParts(model, channel, topology.exchange(name));
        return declareLadder(model, channel, { kind: 'exchange', name });
      case 'delayed queue':
        return declareLadder(model, channel, { kind: 'queue', name });
    }
  }

  /** What can't be published as long as the broker has its target otherwise; others go on. */
  #refuseTarget(out: Outgoing, cause: TopologyError): void {
    const refusal = topologyRefusal(cause);
    for (const queued of this.#queue.removeTarget(out.target)) this.#settle(queued, refusal);
  }

  #lost(channel: ConfirmChannel): void {
    if (this.#channel !== channel) return;
    this.#channel = null;
    const lost = new Error('The channel was lost');
    for (const queued of this.#queue.allFlying()) this.#landed(queued, lost);
  }

  /** What has waited too long, such as on a blocked connection. */
  #refuseLate(): void {
    const now = Date.now();
    for (const queued of this.#queue.flyingUntil(now)) {
      if (this.#queue.land(queued)) this.#refuse(queued, timeoutRefusal);
    }
    for (let first = this.#queue.first; first !== undefined && first.deadline <= now;) {
      for (const queued of this.#queue.removeFirst()) this.#settle(queued, timeoutRefusal);
      first = this.#queue.first;
    }
    this.#pump();
    if (this.#queue.size > 0) return;
    clearInterval(this.#checks);
    this.#checks = undefined;
  }
}

function nameOf({ target }: Outgoing): string {
  return `${target.kind} ${target.name}`;
}
