import type { ConfirmChannel } from 'amqplib';
import { PublishError } from '../../errors.js';
import { Admission } from '../../publish/admission.js';
import { PublishCall, type Refusal } from '../../publish/publish-call.js';
import type { Message, Publisher } from '../../publisher.js';
import type { AmqpConnection } from './connection.js';
import type { AmqpSettings } from './options.js';
import { outgoingOf, type Outgoing } from './outgoing.js';
import { assertDeadLetterQueue, assertExchange } from './topology.js';

/** Accepted and unconfirmed at most. */
const WINDOW = { count: 10_000, bytes: 32 * 1024 * 1024 };
/** On their way to the broker at most: more starve the consumers of quorum queues. */
const IN_FLIGHT = { count: 200, bytes: 8 * 1024 * 1024 };
const RECONNECT_MS = 250;
const CHECK_MS = 500;
const CLOSE_TIMEOUT_MS = 5000;

interface Queued {
  readonly out: Outgoing;
  readonly call: PublishCall;
  readonly index: number;
  readonly deadline: number;
  settled: boolean;
}

/**
 * Publishes persistent messages with confirms over one channel: many in flight, never two of one key.
 * A message that is not confirmed when the channel breaks is refused; what was not sent yet waits for
 * the next connection.
 */
export class AmqpPublisher implements Publisher {
  readonly #connection: AmqpConnection;
  readonly #settings: AmqpSettings;
  readonly #admission = new Admission(WINDOW);
  /** Not sent, in the order of the calls. */
  #queue: Queued[] = [];
  #queueHead = 0;
  /** By order: what waits for the one in flight. */
  readonly #behind = new Map<string, Queued[]>();
  readonly #inFlight = new Set<Queued>();
  #inFlightBytes = 0;
  #channel: ConfirmChannel | null = null;
  #opening = false;
  /** Declared on this channel's connection. */
  #targets = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;
  #ended = false;
  #idle: () => void = () => {};

  constructor(connection: AmqpConnection, settings: AmqpSettings) {
    this.#connection = connection;
    this.#settings = settings;
    connection.onUnblocked = () => this.#pump();
  }

  async publish(messages: readonly Message[]): Promise<void> {
    await this.send(messages.map(outgoingOf));
  }

  /** Like `publish`, for messages that are no events of ours, such as dead letters. */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return;
    if (this.#closed !== null) throw closedError(messages.length);
    const call = new PublishCall(messages.length);
    const deadline = Date.now() + this.#settings.publishTimeoutMs;
    const bytes = messages.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#admission.request(messages.length, bytes, () => {
      for (const [index, out] of messages.entries()) {
        this.#queue.push({ out, call, index, deadline, settled: false });
      }
      if (this.#ended) this.#refuseAll(closedRefusal);
      else this.#pump();
    });
    await call.settled;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#unsettled > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        setTimeout(resolve, CLOSE_TIMEOUT_MS).unref();
      });
    }
    this.#ended = true;
    clearInterval(this.#timer);
    this.#refuseAll(closedRefusal);
    await this.#channel?.close().catch(() => {});
  }

  get #unsettled(): number {
    let behind = 0;
    for (const waiting of this.#behind.values()) behind += waiting.length;
    return this.#queue.length - this.#queueHead + this.#inFlight.size + behind;
  }

  /** Sends what may be sent now. */
  #pump(): void {
    this.#timer ??= setInterval(() => this.#check(), CHECK_MS);
    if (this.#channel === null) return void this.#open();
    while (this.#queueHead < this.#queue.length && this.#mayFly) {
      const next = this.#queue[this.#queueHead] as Queued;
      if (!this.#targets.has(targetOf(next.out)))
        return void this.#declare(this.#channel, next.out);
      this.#queueHead += 1;
      const waiting = next.out.order === null ? undefined : this.#behind.get(next.out.order);
      if (waiting === undefined) this.#fly(next);
      else waiting.push(next);
    }
    if (this.#queueHead === this.#queue.length || this.#queueHead > 1024) {
      this.#queue.splice(0, this.#queueHead);
      this.#queueHead = 0;
    }
  }

  get #mayFly(): boolean {
    return (
      this.#inFlight.size < IN_FLIGHT.count &&
      this.#inFlightBytes < IN_FLIGHT.bytes &&
      !this.#connection.blocked
    );
  }

  #fly(queued: Queued): void {
    const { target, routingKey, content, options, order, bytes } = queued.out;
    if (order !== null && !this.#behind.has(order)) this.#behind.set(order, []);
    this.#inFlight.add(queued);
    this.#inFlightBytes += bytes;
    const exchange = target.kind === 'exchange' ? target.name : '';
    const channel = this.#channel as ConfirmChannel;
    try {
      channel.publish(exchange, routingKey, content, options, (error: unknown) =>
        this.#landed(queued, error),
      );
    } catch (error) {
      if (error instanceof RangeError) this.#landed(queued, error);
      else this.#lost(channel);
    }
  }

  #landed(queued: Queued, error: unknown): void {
    if (!this.#inFlight.delete(queued)) return;
    this.#inFlightBytes -= queued.out.bytes;
    if (error === null || error === undefined) {
      this.#settle(queued, null);
      this.#next(queued.out.order);
    } else {
      this.#refuse(queued, refusalOf(error));
    }
    this.#pump();
    if (this.#closed !== null && this.#unsettled === 0) this.#idle();
  }

  /** The next message of the order takes the place of the confirmed one. */
  #next(order: string | null): void {
    if (order === null) return;
    const next = this.#behind.get(order)?.shift();
    if (next === undefined) this.#behind.delete(order);
    else this.#fly(next);
  }

  /** With it goes what waits behind it: published now, that would overtake. */
  #refuse(queued: Queued, refusal: Refusal): void {
    this.#settle(queued, refusal);
    const { order } = queued.out;
    if (order === null) return;
    for (const waiting of this.#behind.get(order) ?? []) this.#settle(waiting, refusal);
    this.#behind.delete(order);
    const rest = this.#queue.slice(this.#queueHead);
    this.#queueHead = 0;
    this.#queue = rest.filter((next) => next.out.order !== order);
    for (const next of rest) if (next.out.order === order) this.#settle(next, refusal);
  }

  #refuseAll(refusal: Refusal): void {
    const all = [
      ...this.#inFlight,
      ...[...this.#behind.values()].flat(),
      ...this.#queue.slice(this.#queueHead),
    ];
    this.#inFlight.clear();
    this.#inFlightBytes = 0;
    this.#behind.clear();
    this.#queue = [];
    this.#queueHead = 0;
    for (const queued of all) this.#settle(queued, refusal);
  }

  #settle(queued: Queued, refusal: Refusal | null): void {
    if (queued.settled) return;
    queued.settled = true;
    if (refusal === null) queued.call.confirm();
    else queued.call.refuse(queued.index, refusal);
    this.#admission.release(queued.out.bytes);
  }

  async #open(): Promise<void> {
    if (this.#opening || this.#ended) return;
    this.#opening = true;
    try {
      const channel = await (await this.#connection.open()).createConfirmChannel();
      channel.on('error', (err) =>
        this.#settings.log('warn', 'AMQP publish channel failed', { err }),
      );
      channel.on('close', () => this.#lost(channel));
      this.#targets = new Set();
      this.#channel = channel;
    } catch (err) {
      this.#settings.log('debug', 'AMQP publisher connects again', { err, pauseMs: RECONNECT_MS });
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
    this.#opening = false;
    if (this.#queueHead < this.#queue.length) this.#pump();
  }

  #lost(channel: ConfirmChannel): void {
    if (this.#channel !== channel) return;
    this.#channel = null;
    for (const queued of [...this.#inFlight])
      this.#landed(queued, new Error('The channel was lost'));
  }

  async #declare(channel: ConfirmChannel, { target }: Outgoing): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      if (target.kind === 'exchange') await assertExchange(channel, target.name);
      else await assertDeadLetterQueue(channel, target.name);
      this.#targets.add(`${target.kind} ${target.name}`);
    } catch (err) {
      this.#settings.log('warn', 'AMQP declaration failed', { ...target, err });
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
    this.#opening = false;
    this.#pump();
  }

  /** Refuses what has waited too long, such as on a blocked connection. */
  #check(): void {
    const now = Date.now();
    const isLate = (queued: Queued) => queued.deadline <= now;
    for (const queued of [...this.#inFlight].filter(isLate)) this.#landed(queued, timeoutError);
    for (const queued of this.#queue.slice(this.#queueHead).filter(isLate)) {
      if (!queued.settled) this.#refuse(queued, refusalOf(timeoutError));
    }
    if (this.#unsettled > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const timeoutError = new Error('The broker did not confirm in time');

function targetOf({ target }: Outgoing): string {
  return `${target.kind} ${target.name}`;
}

function refusalOf(cause: unknown): Refusal {
  const text = cause instanceof Error ? cause.message : String(cause);
  const tooLarge = cause instanceof RangeError;
  return {
    code: tooLarge ? 'MESSAGE_TOO_LARGE' : 'PUBLISH_FAILED',
    retryable: !tooLarge,
    message: `AMQP did not confirm: ${text}`,
    cause,
  };
}

const closedRefusal: Refusal = {
  code: 'PUBLISHER_CLOSED',
  retryable: true,
  message: 'The AMQP publisher was closed',
};

function closedError(count: number): PublishError {
  const { code, retryable, message } = closedRefusal;
  return new PublishError(message, [...Array(count).keys()], { code, retryable });
}
