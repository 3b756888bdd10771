import type { Message } from '@mesh/messaging';
import type pg from 'pg';

/** Another outbox on the same database, with the same broker behind it. */
export interface OutboxPeer {
  readonly name: string;
  /** Makes its tables exist. */
  install(): Promise<void>;
  /** Puts so many events where its relay finds them, in one statement: appending is not measured. */
  fill(messages: readonly Message[]): Promise<void>;
  /** Relays until `publish` was called so often, then stops. */
  drain(options: DrainOptions): Promise<void>;
}

export interface DrainOptions {
  readonly count: number;
  /** Fulfilled when the broker has confirmed the event with this index of `fill`. */
  readonly publish: (index: number) => Promise<void>;
}

export interface OutboxPeerOptions {
  readonly pool: pg.Pool;
  readonly url: string;
  /** Events taken at once: as many as it does best with. */
  readonly batch: number;
}

/** Counts calls of `publish`; fulfilled at the last. */
export function counted({ count, publish }: DrainOptions) {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let left = count;
  return {
    done,
    async publish(index: number) {
      await publish(index);
      left -= 1;
      if (left === 0) resolve();
    },
  };
}
