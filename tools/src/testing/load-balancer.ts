import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A plain TCP load balancer on loopback: each connection goes to the next server in turn, or to the one
 * after it while one refuses. It knows nothing of what it carries, and keeps nobody with a server.
 */
export class LoadBalancer {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #taken: Map<number, number>;
  readonly #withdrawn = new Set<number>();
  #turn = 0;

  private constructor(private readonly targets: readonly number[]) {
    this.#taken = new Map(targets.map((port) => [port, 0]));
    this.#server = createServer({ pauseOnConnect: true }, (near) => this.#accept(near));
  }

  /** `targets`: the servers' ports on 127.0.0.1. */
  static async open(targets: readonly number[]): Promise<LoadBalancer> {
    const balancer = new LoadBalancer(targets);
    await once(balancer.#server.listen(0, '127.0.0.1'), 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections a server has taken so far. */
  takenBy(port: number): number {
    return this.#taken.get(port) ?? 0;
  }

  /** From now on it gets no new connection; those it has stay. */
  withdraw(port: number): void {
    this.#withdrawn.add(port);
  }

  /** It gets connections again. */
  admit(port: number): void {
    this.#withdrawn.delete(port);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #accept(near: Socket): void {
    this.#keep(near);
    this.#forward(near, this.targets.length);
  }

  #forward(near: Socket, tries: number): void {
    const port = this.targets[this.#turn++ % this.targets.length];
    if (tries === 0 || port === undefined) return void near.resetAndDestroy();
    if (this.#withdrawn.has(port)) return this.#forward(near, tries - 1);
    const far = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#keep(far);
    const refused = () => this.#forward(near, tries - 1);
    far.once('error', refused);
    far.once('connect', () => {
      far.off('error', refused);
      this.#taken.set(port, this.takenBy(port) + 1);
      near.setNoDelay(true);
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#open.delete(socket));
  }
}
