import { setTimeout as pause } from 'node:timers/promises';
import { PublishError } from '../errors.js';
import type { Message, Publisher } from '../publisher.js';
import type { Random } from './random.js';

export interface Pace {
  /** Messages a wave at most; the size of each is chosen by chance. */
  readonly wave: number;
  /** Of a wave. */
  readonly calls: number;
  /** Between waves at most, by chance. */
  readonly pauseMs: number;
}

export interface NumberedMessage {
  readonly message: Message;
  readonly key: string;
  /** Of its key. */
  readonly number: number;
}

/**
 * Publishes as a relay does: several calls at once, and what was not confirmed again, in its order,
 * before anything later.
 */
export class PersistentCaller {
  confirmed = 0;
  /** Waves of which something was refused. */
  refusals = 0;
  fault: string | null = null;
  stopped = false;
  #left: readonly NumberedMessage[];

  constructor(
    messages: readonly NumberedMessage[],
    private readonly pace: Pace,
    private readonly random: Random,
  ) {
    this.#left = messages;
  }

  /** Ends when all are confirmed, or with a fault, or stopped. */
  async publishAll(publisher: Publisher): Promise<void> {
    while (this.#left.length > 0 && this.fault === null && !this.stopped) {
      const size = this.random.between(Math.ceil(this.pace.wave / 2), this.pace.wave);
      const wave = this.#left.slice(0, size);
      const unconfirmed = await this.#publishWave(publisher, wave);
      this.confirmed += wave.length - unconfirmed.size;
      if (unconfirmed.size > 0) this.refusals += 1;
      this.#judge(wave, unconfirmed);
      this.#left = [...wave.filter((one) => unconfirmed.has(one)), ...this.#left.slice(size)];
      await pause(this.random.between(0, this.pace.pauseMs));
    }
  }

  async #publishWave(
    publisher: Publisher,
    wave: readonly NumberedMessage[],
  ): Promise<ReadonlySet<NumberedMessage>> {
    const size = Math.ceil(wave.length / this.pace.calls);
    const calls = Array.from({ length: Math.ceil(wave.length / size) }, (_, index) =>
      wave.slice(index * size, (index + 1) * size),
    );
    const unconfirmed = await Promise.all(calls.map((call) => this.#publish(publisher, call)));
    return new Set(unconfirmed.flat());
  }

  async #publish(
    publisher: Publisher,
    call: readonly NumberedMessage[],
  ): Promise<readonly NumberedMessage[]> {
    try {
      await publisher.publish(call.map(({ message }) => message));
      return [];
    } catch (error) {
      if (error instanceof PublishError && error.code === 'PUBLISHER_CLOSED') this.stopped = true;
      else if (!(error instanceof PublishError) || !error.retryable)
        this.fault ??= `publish failed with ${String(error)}, which is no retryable PublishError`;
      return error instanceof PublishError
        ? error.unconfirmed.map((index) => call[index] as NumberedMessage)
        : call;
    }
  }

  /** What was refused must not be overtaken: the caller could not put it in its place any more. */
  #judge(wave: readonly NumberedMessage[], unconfirmed: ReadonlySet<NumberedMessage>): void {
    const refused = new Map<string, number>();
    for (const one of wave) {
      const before = refused.get(one.key);
      if (unconfirmed.has(one)) refused.set(one.key, before ?? one.number);
      else if (before !== undefined)
        this.fault ??= `${one.key}: event ${one.number} was confirmed after event ${before} had been refused`;
    }
  }
}
