import type { Message, Transport } from '@mesh/messaging';

export interface Stoppable {
  stop(): Promise<void>;
}

/** A way to send and receive through one server: our transport, or the raw client below it. */
export interface Contender {
  readonly name: string;
  /** Makes the destination exist, and the group where it must be there before the messages are. */
  declare(destination: string, group: string): Promise<void>;
  /** Readies the messages; the result publishes them all and is fulfilled when they are confirmed. */
  prepare(messages: readonly Message[]): () => Promise<void>;
  /** Fulfilled when messages can arrive; a new group reads from the start where the server can do that. */
  consume(source: string, group: string, onMessages: OnMessages): Promise<Stoppable>;
  close(): Promise<void>;
}

/** Told how many messages came. */
export type OnMessages = (count: number) => void;

/** Of one publish call or request. */
export const BATCH = 1000;

export function inBatches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) =>
    items.slice(n * BATCH, (n + 1) * BATCH),
  );
}

/** Our transport through its interface, with a handler that does nothing else than count. */
export function ours(transport: Transport): Contender {
  return {
    name: 'our transport',
    async declare(destination, group) {
      await transport.declare([destination]);
      if (transport.features.replay) return;
      const subscription = await transport.subscribe(
        { source: destination, group },
        async () => {},
      );
      await subscription.ready;
      await subscription.close();
    },
    prepare(messages) {
      const batches = inBatches(messages);
      return async () => {
        const publisher = await transport.publisher();
        // The publisher's own window holds them back.
        await Promise.all(batches.map((batch) => publisher.publish(batch)));
      };
    },
    async consume(source, group, onMessages) {
      const subscription = await transport.subscribe({ source, group }, async () => onMessages(1));
      await subscription.ready;
      return { stop: () => subscription.close() };
    },
    close: () => transport.close(),
  };
}
