import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Passage } from './paced-pipe.js';
import { ProxiedConnection } from './proxied-connection.js';

export interface TcpProxyOptions {
  /** The server. @default '127.0.0.1' */
  readonly host?: string;
  readonly port: number;
  /** Where the proxy listens. @default any free port */
  readonly listenPort?: number;
}

export type Direction = 'both' | 'to-server' | 'to-client';

export interface Interruption {
  /** @default 'both' */
  readonly direction?: Direction;
  /** Connections made later pass: those of before are half open, as after a crash of a host between. @default false */
  readonly spareNew?: boolean;
}

const OPEN: Passage = { latencyMs: 0, bytesPerSecond: Infinity, state: 'open' };

/**
 * Between clients and a server on loopback: adds latency, narrows, interrupts and cuts their
 * connections at any moment. Faults add up until `heal`. Holds at most 256 KiB a connection and
 * direction; behind that the sender waits.
 */
export class TcpProxy {
  readonly #host: string;
  #target: number;
  readonly #connections = new Set<ProxiedConnection>();
  #toServer = OPEN;
  #toClient = OPEN;
  #accepted = 0;
  /** Connections from this number on are not interrupted. */
  #sparedFrom = Infinity;
  #server: Server | null = null;
  #port = 0;

  private constructor({ host = '127.0.0.1', port }: TcpProxyOptions) {
    this.#host = host;
    this.#target = port;
  }

  static async open(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    await proxy.#listen(options.listenPort ?? 0);
    return proxy;
  }

  /** Where clients connect, on 127.0.0.1. */
  get port(): number {
    return this.#port;
  }

  /** The server's port from now on, for new connections: a server that comes back need not have its old one. */
  set target(port: number) {
    this.#target = port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** The ports that the server sees as those of its clients. */
  get clientPorts(): readonly number[] {
    return [...this.#connections].flatMap(({ farPort }) => farPort ?? []);
  }

  /** Taken from a sender and not yet given to its receiver's socket, by all connections. */
  get heldBytes(): number {
    return [...this.#connections].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }

  /** Lost in black holes, of the connections that are still there. */
  get swallowedBytes(): number {
    return [...this.#connections].reduce((sum, { swallowedBytes }) => sum + swallowedBytes, 0);
  }

  /** Each direction takes so much longer. */
  delay(latencyMs: number): void {
    this.#change('both', { latencyMs });
  }

  /** Each connection carries at most so much in each direction. */
  limit(bytesPerSecond: number): void {
    this.#change('both', { bytesPerSecond });
  }

  /** Resets every connection (RST), at both ends. New ones are taken. */
  reset(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /**
   * Takes connections and bytes and passes nothing on, not even an end. What lost something so is
   * reset at `heal`.
   */
  blackHole({ direction = 'both', spareNew = false }: Interruption = {}): void {
    this.#sparedFrom = spareNew ? this.#accepted : Infinity;
    this.#change(direction, { state: 'swallow' });
  }

  /** Passes nothing on until `heal`, and then all of it, late: as while packets are lost and sent again. */
  hold({ direction = 'both', spareNew = false }: Interruption = {}): void {
    this.#sparedFrom = spareNew ? this.#accepted : Infinity;
    this.#change(direction, { state: 'hold' });
  }

  /** Refuses new connections (ECONNREFUSED); those that are open stay so. */
  refuse(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Takes all faults away. */
  async heal(): Promise<void> {
    this.#sparedFrom = Infinity;
    this.#change('both', OPEN);
    if (this.#server === null) await this.#listen(this.#port);
  }

  async close(): Promise<void> {
    this.refuse();
    this.reset();
  }

  #change(direction: Direction, change: Partial<Passage>): void {
    if (direction !== 'to-client') this.#toServer = { ...this.#toServer, ...change };
    if (direction !== 'to-server') this.#toClient = { ...this.#toClient, ...change };
    for (const connection of this.#connections) connection.changed();
  }

  async #listen(port: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
      try {
        await once(server.listen(port, '127.0.0.1'), 'listening');
        this.#server = server;
        this.#port = (server.address() as AddressInfo).port;
        return;
      } catch (error) {
        // An outgoing connection of someone may have the number for a moment.
        if (attempt === 50) throw error;
        await pause(20);
      }
    }
  }

  #accept(near: Socket): void {
    const number = this.#accepted++;
    const passage = (now: Passage): Passage =>
      number >= this.#sparedFrom ? { ...now, state: 'open' } : now;
    const route = {
      ...{ host: this.#host, port: this.#target },
      toServer: () => passage(this.#toServer),
      toClient: () => passage(this.#toClient),
    };
    const connection = new ProxiedConnection(near, route, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
  }
}
