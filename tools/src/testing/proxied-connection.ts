import { connect, type Socket } from 'node:net';
import { PacedPipe, type Passage } from './paced-pipe.js';

export interface Route {
  readonly host: string;
  readonly port: number;
  readonly toServer: () => Passage;
  readonly toClient: () => Passage;
}

/** One connection of a client through the proxy. */
export class ProxiedConnection {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #pipes: readonly PacedPipe[];
  readonly #route: Route;
  #open = 2;

  constructor(near: Socket, route: Route, onClosed: () => void) {
    const { host, port, toServer, toClient } = route;
    this.#near = near;
    this.#far = connect({ host, port, allowHalfOpen: true });
    this.#route = route;
    this.#pipes = [
      new PacedPipe(near, this.#far, toServer),
      new PacedPipe(this.#far, near, toClient),
    ];
    for (const [one, other] of [
      [near, this.#far],
      [this.#far, near],
    ] as const) {
      one.setNoDelay(true);
      // Where nothing passes, the other end does not learn of it.
      one.on('error', () => this.#passes && other.resetAndDestroy());
      one.on('close', () => --this.#open === 0 && onClosed());
    }
  }

  /** Its port on the way to the server; undefined before it is connected. */
  get farPort(): number | undefined {
    return this.#far.localPort;
  }

  get heldBytes(): number {
    return this.#pipes.reduce((sum, pipe) => sum + pipe.heldBytes, 0);
  }

  get swallowedBytes(): number {
    return this.#pipes.reduce((sum, pipe) => sum + pipe.swallowedBytes, 0);
  }

  /** The passage has changed. What lost bytes, or one of its ends, can't go on and is reset. */
  changed(): void {
    for (const pipe of this.#pipes) pipe.pump();
    const torn = this.#near.destroyed || this.#far.destroyed;
    if (this.#passes && (torn || this.#pipes.some(({ broken }) => broken))) this.reset();
  }

  reset(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  get #passes(): boolean {
    return [this.#route.toServer, this.#route.toClient].every(
      (passage) => passage().state === 'open',
    );
  }
}
