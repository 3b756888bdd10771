import type { Channel } from 'amqplib';

/**
 * Acks what is finished, together: one frame covers the longest finished run from the oldest
 * delivery on, others of the same turn of the event loop follow one by one.
 */
export class Acks {
  readonly #channel: Channel;
  /** Tags in the order of delivery, read from `#head`. */
  readonly #delivered: number[] = [];
  #head = 0;
  readonly #finished = new Set<number>();
  /** Finished since the last flush. */
  #fresh: number[] = [];
  #open = true;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  delivered(tag: number): void {
    this.#delivered.push(tag);
  }

  finished(tag: number): void {
    this.#finished.add(tag);
    if (this.#fresh.push(tag) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    if (!this.#open || fresh.length === 0) return;
    const upTo = this.#advance();
    if (upTo !== null) this.#ack(upTo, true);
    for (const tag of fresh) if (upTo === null || tag > upTo) this.#ack(tag, false);
  }

  /** The channel is gone, and with it what could be acked. */
  close(): void {
    this.#open = false;
  }

  /** The end of the finished run, or null when there is none. */
  #advance(): number | null {
    let upTo: number | null = null;
    for (
      let tag = this.#delivered[this.#head];
      tag !== undefined;
      tag = this.#delivered[this.#head]
    ) {
      if (!this.#finished.delete(tag)) break;
      upTo = tag;
      this.#head += 1;
    }
    if (this.#head === this.#delivered.length || this.#head > 1024) {
      this.#delivered.splice(0, this.#head);
      this.#head = 0;
    }
    return upTo;
  }

  #ack(deliveryTag: number, allUpTo: boolean): void {
    this.#channel.ack({ fields: { deliveryTag } } as Parameters<Channel['ack']>[0], allUpTo);
  }
}
