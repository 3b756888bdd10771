import { MeasuredProcess } from './measured-process.js';

export interface Connecting {
  readonly url: string;
  readonly tokens: readonly string[];
  /** What each of them subscribes to. */
  readonly request: object;
  /** Where an update says when it happened: `reason` in ms with fractions, `occurredAt` in ms. */
  readonly clock: 'reason' | 'occurredAt';
}

export type ClientsCommand = { readonly connect: Connecting } | { readonly report: true };

/** What clients got since the last report; latencies in ms. */
export interface Delivered {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly connected: number;
}

/** socket.io clients in a process of their own. */
export class Clients {
  readonly #process = MeasuredProcess.ofFile('clients.main.ts');
  /** Before it listens, messages would be lost. */
  readonly #ready = this.#process.told('ready');

  /** Fulfilled when every one has its subscription. */
  async connect(options: Connecting): Promise<void> {
    await this.#ready;
    this.#process.send({ connect: options });
    await this.#process.told('connected');
  }

  report(): Promise<Delivered> {
    this.#process.send({ report: true });
    return this.#process.told<Delivered>('delivered');
  }

  stop(): Promise<void> {
    return this.#process.kill();
  }
}
