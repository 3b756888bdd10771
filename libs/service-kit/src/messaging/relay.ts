import { setTimeout as sleep } from 'node:timers/promises';
import {
  isRecoverable,
  Relay,
  type FailurePolicy,
  type Leftover,
  type OpenedOutbox,
  type RelayHooks,
  type RelayOptions,
} from '@mesh/outbox';
import type { Pool } from 'pg';
import type { Runtime } from '../lifecycle/runtime.js';
import type { Transports } from './transports.js';

/** What is left then is in the database, and published after the next start. */
const flushMs = 2000;

/** How often it looks whether the other mode's outbox is empty. */
const drainLookMs = 100;

/** How often a relay that ended looks whether an operator has brought its cursor in order. */
const lookAgainMs = 5000;

export interface RelayParts {
  readonly opened: OpenedOutbox;
  readonly pool: Pool;
  readonly transports: Transports;
  readonly runtime: Runtime;
  /** What becomes of later events of the key of one that can never be published. @default 'skip' */
  readonly unpublishable?: FailurePolicy | undefined;
}

export function publishersOf(transports: Transports): RelayOptions['publishers'] {
  return async (kind) => (await transports.forKind(kind)).publisher();
}

/**
 * Relays in the background, until the flush phase of shutdown. The service takes calls meanwhile: after
 * a crash the lease of its predecessor has to run out first. A relay that can't go on makes the service
 * not ready, and says why; with a cursor of another database, or a slot that was lost, it begins again once
 * that was reset, here or at another replica. What the other mode has left is published first.
 */
export class ServiceRelay {
  readonly #parts: RelayParts;
  readonly #ready: ReturnType<Runtime['readiness']['require']>;
  #relay: Relay;
  #timer: NodeJS.Timeout | undefined;
  #told = '';
  #stopped = false;
  /** Of the other mode. */
  #leftover: Leftover | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#leftover = parts.opened.leftover;
    this.#ready = parts.runtime.readiness.require('relay');
    this.#relay = this.#start();
    parts.runtime.lifecycle.onStop('flush', 'relay', () => this.#stop());
  }

  /** Begins again at once where it ended for its cursor. */
  resume(): void {
    if (this.#timer === undefined || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#relay.stop();
    // A reset may have it publish the table's events again: before what is new.
    const { opened } = this.#parts;
    if (opened.mode === 'logical') this.#leftover = opened.leftover;
    this.#relay = this.#start();
  }

  #start(): Relay {
    const { opened, pool, transports, runtime, unpublishable = 'skip' } = this.#parts;
    const leftover = this.#leftover;
    const relay = new Relay({
      ...{ log: leftover?.log ?? opened.outbox, pool },
      ...{ publishers: publishersOf(transports), unpublishable, service: runtime.name },
      hooks: { ...hooks(runtime), ended: (error) => this.#ended(error) },
    });
    // What it fails with comes to `ended`.
    relay.start().then(
      () => {
        this.#told = '';
        this.#ready.fulfil();
        if (leftover !== undefined) void this.#drain(relay, leftover);
      },
      () => undefined,
    );
    return relay;
  }

  /** Nothing of the present mode is published before what the other one has left. */
  async #drain(relay: Relay, leftover: Leftover): Promise<void> {
    const isEmpty = () => relay.backlog().then(({ depth }) => depth === 0);
    while (!(await isEmpty().catch(() => false))) {
      await sleep(drainLookMs);
      if (this.#stopped || relay !== this.#relay) return;
    }
    await relay.stop();
    if (this.#stopped) return;
    // Refused while another replica reads it, or by a database that is away: all over again.
    const isForgotten = await leftover.forget().catch(() => false);
    if (isForgotten) this.#leftover = undefined;
    else await sleep(drainLookMs);
    if (!this.#stopped) this.#relay = this.#start();
  }

  #ended(error: Error): void {
    this.#ready.waiting(error.message);
    if (this.#told !== error.message)
      this.#parts.runtime.log.error({ err: error }, 'The relay can not go on');
    this.#told = error.message;
    if (isRecoverable(error)) this.#timer = setTimeout(() => this.resume(), lookAgainMs).unref();
  }

  #stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    return this.#relay.stop({ flushMs });
  }
}

function hooks({ log }: Runtime): RelayHooks {
  return {
    parked: (row, error) => {
      const { stream, position } = row;
      log.error(
        { err: error, stream, position: String(position) },
        'An event can never be published',
      );
    },
    failed: (error, inARow) => {
      // A broker that is away for a while would fill the log.
      if (Number.isInteger(Math.log2(inARow)))
        log.warn({ err: error, failures: inARow }, 'Relaying failed');
    },
  };
}
