import { freeze } from '../processes/freeze.js';
import { TcpProxy } from './tcp-proxy.js';

/** A started server, as the starters of this project give it. */
export interface StartedServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A server of a test's own, to stop, kill, freeze and cut off. Clients reach it through `network`,
 * whose address stays the same however often the server behind it comes back.
 */
export class RestartableServer<Started extends StartedServer> {
  readonly #start: (publicPort: number) => Promise<Started>;
  #current: Started;
  #thaw: (() => void) | null = null;

  private constructor(
    readonly network: TcpProxy,
    start: (publicPort: number) => Promise<Started>,
    current: Started,
  ) {
    this.#start = start;
    this.#current = current;
  }

  /** `start` gets the port that clients know, and starts on the same data each time. */
  static async start<Started extends StartedServer>(
    start: (publicPort: number) => Promise<Started>,
  ): Promise<RestartableServer<Started>> {
    const network = await TcpProxy.open({ port: 0 });
    try {
      const current = await start(network.port);
      network.target = current.port;
      return new RestartableServer(network, start, current);
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** For what goes past the proxy, such as an operator's commands. */
  get current(): Started {
    return this.#current;
  }

  /** Stops it as an operator does and starts it again. */
  async restart(): Promise<void> {
    await this.#end();
    await this.#startAgain();
  }

  /** SIGKILL, then a start on what the disk has. */
  async kill(): Promise<void> {
    process.kill(this.#current.pid, 'SIGKILL');
    await this.restart();
  }

  /** Lets it stand still, connections open; the result lets it go on. */
  async freeze(): Promise<() => void> {
    const thaw = await freeze(this.#current.pid);
    this.#thaw = thaw;
    return () => {
      this.#thaw = null;
      thaw();
    };
  }

  /** For good. Idempotent. */
  async stop(): Promise<void> {
    await this.#end();
    await this.network.close();
  }

  async #end(): Promise<void> {
    this.#thaw?.();
    this.#thaw = null;
    await this.#current.stop();
  }

  async #startAgain(): Promise<void> {
    this.#current = await this.#start(this.network.port);
    this.network.target = this.#current.port;
  }
}
