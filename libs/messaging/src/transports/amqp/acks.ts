import type { Channel } from 'amqplib';

/**
 * Acks what was finished in one turn of the event loop together: one frame for all in the finished
 * run from the oldest delivery on, one each for others.
 */
export class Acks {
  readonly #channel: Pick<Channel, 'ack'>;
  /** Tags in the order of delivery, read from `#head`. */
  readonly #delivered: number[] = [];
  #head = 0;
  readonly #finished = new Set<number>();
  /** Finished and not acked. */
  #fresh: number[] = [];
  #open = true;

  constructor(channel: Pick<Channel, 'ack'>) {
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
    const runEnd = this.#advance();
    // "Up to" must name a tag that is not acked yet: one that is closes the channel.
    const inRun = fresh.filter((tag) => tag <= runEnd);
    if (inRun.length > 0) this.#ack(Math.max(...inRun), true);
    for (const tag of fresh) if (tag > runEnd) this.#ack(tag, false);
  }

  /** The channel is gone, and with it what could be acked. */
  close(): void {
    this.#open = false;
  }

  /** The last tag of the finished run; 0 when there is none. */
  #advance(): number {
    let end = 0;
    for (let tag = this.#delivered[this.#head]; tag !== undefined;) {
      if (!this.#finished.delete(tag)) break;
      end = tag;
      this.#head += 1;
      tag = this.#delivered[this.#head];
    }
    if (this.#head === this.#delivered.length || this.#head > 1024) {
      this.#delivered.splice(0, this.#head);
      this.#head = 0;
    }
    return end;
  }

  #ack(deliveryTag: number, allUpTo: boolean): void {
    this.#channel.ack({ fields: { deliveryTag } } as Parameters<Channel['ack']>[0], allUpTo);
  }
}
