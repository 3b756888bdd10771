import type { Random } from '@mesh/messaging/testing/random';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { Sighting } from '../verdict/evidence.js';

interface Update {
  readonly orderId: string;
  readonly version: number;
  readonly cursor: string;
}

interface Resync {
  readonly snapshot: { readonly items: readonly { orderId: string; version: number }[] };
  readonly cursor: string;
}

type Ack = { readonly ok: boolean; readonly cursor?: string; readonly code?: string };

export interface WatcherOptions {
  readonly gateways: readonly string[];
  readonly token: string;
  readonly random: Random;
  /** What it asks for; with where it stands, once it has seen something. */
  readonly subscription: (place: {
    readonly cursor: string | undefined;
    readonly version: number;
  }) => object;
}

const ANSWER_MS = 5_000;

/**
 * A browser that watches: one connection after the other, to any gateway, each going on where the last one
 * ended. Leaves by itself now and then, at any moment.
 */
export class Watcher {
  readonly seen: Sighting[] = [];
  /** Fulfilled when it was first told that it is subscribed. */
  readonly ready: Promise<void>;
  readonly #options: WatcherOptions;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  #socket: Socket | undefined;
  #cursor: string | undefined;
  #version = 0;
  #connections = 0;
  #told = (): void => undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.ready = new Promise((told) => (this.#told = told));
    this.#watching = this.#watch();
  }

  /** Connections so far. */
  get connections(): number {
    return this.#connections;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#socket?.disconnect();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { random } = this.#options;
    while (!this.#stop.signal.aborted) {
      const stayMs = random.chance(0.3) ? random.between(50, 2_000) : random.between(5_000, 30_000);
      await this.#stay(stayMs);
      await sleep(random.between(10, 500), undefined, { signal: this.#stop.signal }).catch(
        () => {},
      );
    }
  }

  /** One connection, until it ends or the time is over. */
  async #stay(stayMs: number): Promise<void> {
    const { gateways, token, random } = this.#options;
    const socket = io(`${random.pick(gateways)}/live`, {
      ...{ transports: ['websocket'], auth: { token } },
      ...{ forceNew: true, reconnection: false, timeout: ANSWER_MS },
    });
    this.#socket = socket;
    this.#connections += 1;
    const over = new AbortController();
    const end = () => over.abort();
    const taking = (take: () => void) => () => over.signal.aborted || take();
    socket.on('order.updated', (update: Update) => taking(() => this.#update(update))());
    socket.on('resync', (resync: Resync) => taking(() => this.#resync(resync))());
    socket.on('connect', () => this.#subscribe(socket, end));
    socket.on('connect_error', end);
    socket.on('disconnect', end);
    const signal = AbortSignal.any([over.signal, this.#stop.signal]);
    await sleep(stayMs, undefined, { signal }).catch(() => undefined);
    over.abort();
    socket.disconnect();
  }

  #subscribe(socket: Socket, end: () => void): void {
    const place = { cursor: this.#cursor, version: this.#version };
    socket
      .timeout(ANSWER_MS)
      .emit('subscribe', this.#options.subscription(place), (error: Error | null, ack?: Ack) => {
        if (error !== null || ack?.ok !== true) return end();
        this.#cursor ??= ack.cursor;
        this.#told();
      });
  }

  #update({ orderId, version, cursor }: Update): void {
    this.seen.push({ kind: 'updated', orderId, version });
    this.#cursor = cursor;
    this.#version = version;
  }

  #resync({ snapshot, cursor }: Resync): void {
    const versions = new Map(snapshot.items.map(({ orderId, version }) => [orderId, version]));
    this.seen.push({ kind: 'resync', versions });
    this.#cursor = cursor;
  }
}
