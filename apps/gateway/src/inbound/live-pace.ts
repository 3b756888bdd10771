import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'socket.io';
import { webSocketOf } from './live-wire.js';

type Engine = Socket['conn'];

/**
 * How fast a connection may send: what it sent above the pace has to wait until it is within it again.
 * Counts whole seconds, each from the first message in it, so that a burst is read at once.
 */
export class Pace {
  #begin = -Infinity;
  #heard = 0;

  constructor(readonly perSecond: number) {}

  heard(now = performance.now()): void {
    if (now - this.#begin >= 1000 && this.restMs(now) === 0) {
      this.#begin = now;
      this.#heard = 0;
    }
    this.#heard += 1;
  }

  /** How long nothing more should be read. */
  restMs(now = performance.now()): number {
    if (this.#heard < this.perSecond) return 0;
    return Math.max(this.#begin + (1000 * this.#heard) / this.perSecond - now, 0);
  }
}

/** Of the time that a client has to answer a ping: later, what it sent is too much to reach the answer. */
const patience = 0.75;

/**
 * Holds back connections that send too fast, messages of whatever kind: a WebSocket is not read meanwhile,
 * and what long polling posts waits for its answer. Nothing is thrown away, and nobody else waits. One with so
 * much before its answer to a ping that it would be lost without a word is told of instead.
 */
export class LivePaces {
  readonly #paces = new WeakMap<Engine, Pace>();
  readonly #perSecond: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** `tooMuch` should end the connection; told again until it is. */
  follow(conn: Engine, tooMuch: () => void): void {
    const pace = new Pace(this.#perSecond);
    this.#paces.set(conn, pace);
    const patienceMs = patienceOf(conn);
    let resting = false;
    let pinged = Infinity;
    const rest = () => {
      const leftMs = pinged + patienceMs - performance.now();
      if (leftMs <= 0 && conn.readyState === 'open') tooMuch();
      const forMs = pace.restMs();
      // Of one that is being closed the rest is thrown away, up to its own farewell.
      resting = forMs > 0 && conn.readyState === 'open';
      if (!resting) return webSocketOf(conn)?.resume();
      webSocketOf(conn)?.pause();
      setTimeout(rest, Math.ceil(leftMs > 0 ? Math.min(forMs, leftMs) : forMs));
    };
    conn.on('packetCreate', ({ type }: Packet) => {
      if (type === 'ping') pinged = performance.now();
    });
    conn.on('packet', ({ type }: Packet) => {
      if (type === 'pong') pinged = Infinity;
      pace.heard();
      if (!resting && pace.restMs() > 0) rest();
    });
  }

  /** Lets a body of long polling in when its connection is within the pace (a middleware of engine.io). */
  holdPosts(connOf: (id: string) => Engine | undefined) {
    return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
      const id = new URLSearchParams(request.url?.split('?')[1]).get('sid');
      const conn = request.method === 'POST' && id !== null ? connOf(id) : undefined;
      const forMs = (conn && this.#paces.get(conn)?.restMs()) ?? 0;
      if (forMs === 0) return next();
      setTimeout(() => !response.destroyed && next(), Math.ceil(forMs));
    };
  }
}

interface Packet {
  readonly type: string;
}

function patienceOf(conn: Engine): number {
  const { opts } = (conn as unknown as { server: { opts: { readonly pingTimeout: number } } })
    .server;
  return patience * opts.pingTimeout;
}
