import type { Message, Publisher } from '@mesh/messaging';

/** A publisher that holds each call until it is opened, as a broker does that is slow to confirm. */
export class Gate implements Publisher {
  #opening = Promise.withResolvers<void>();
  /** Calls that came so far. */
  calls = 0;

  constructor(private readonly publisher: Publisher) {}

  open(): void {
    this.#opening.resolve();
  }

  async publish(messages: readonly Message[]): Promise<void> {
    this.calls += 1;
    await this.#opening.promise;
    await this.publisher.publish(messages);
  }

  async close(): Promise<void> {}
}
