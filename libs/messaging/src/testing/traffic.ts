import { setTimeout as pause } from 'node:timers/promises';
import type { Transport } from '../transport.js';
import { PersistentCaller, type NumberedMessage, type Pace } from './persistent-caller.js';
import type { RuleRun } from './rule-run.js';
import { messageOf } from './samples.js';
import { SequenceWatch } from './sequence-watch.js';
import type { OwnServer } from './transport-under-test.js';

export interface TrafficOptions {
  readonly server: OwnServer;
  readonly events: number;
  readonly publishers: number;
  readonly pace?: Pace;
  /** Of each publisher. @default 3 */
  readonly keys?: number;
  /** Of the data of an event, at least. @default 1 */
  readonly bytes?: number;
}

const PACE: Pace = { wave: 10, calls: 3, pauseMs: 150 };
const CONSUMERS = 2;
const HANDLING_MS = 2;

/** Publishers that go on until everything is confirmed, and a group that handles it, while things break. */
export class Traffic {
  readonly watch = new SequenceWatch();
  readonly callers: readonly PersistentCaller[];
  readonly #run: RuleRun;
  readonly #options: TrafficOptions;
  readonly #source: string;
  readonly #group: string;
  readonly #keys: ReadonlyMap<string, number>;

  private constructor(run: RuleRun, options: TrafficOptions, source: string) {
    this.#run = run;
    this.#options = options;
    this.#source = source;
    this.#group = run.group();
    const messages = numberedMessages(source, options);
    this.#keys = new Map(messages.flat().map(({ key, number }) => [key, number + 1]));
    this.callers = messages.map(
      (own, index) =>
        new PersistentCaller(own, options.pace ?? PACE, run.random.fork(`caller ${index}`)),
    );
  }

  /** The destination is there and the group has its place in it, also after a SIGKILL. */
  static async prepare(run: RuleRun, options: TrafficOptions): Promise<Traffic> {
    const transport = await run.open(options.server);
    const traffic = new Traffic(run, options, await run.destination(transport));
    await (await traffic.#subscribe(transport)).close();
    await options.server.synced();
    return traffic;
  }

  /** Returns when everybody has begun. */
  async publish(): Promise<void> {
    for (const caller of this.callers) {
      const publisher = await (await this.#run.open(this.#options.server)).publisher();
      void caller.publishAll(publisher).catch((error: unknown) => {
        caller.fault ??= `publish ended with ${String(error)}`;
      });
    }
  }

  async consume(work: () => Promise<void> = async () => {}): Promise<void> {
    for (let index = 0; index < CONSUMERS; index += 1)
      await this.#subscribe(await this.#run.open(this.#options.server), work);
  }

  get confirmed(): number {
    return this.callers.reduce((sum, { confirmed }) => sum + confirmed, 0);
  }

  async confirmedAtLeast(count: number): Promise<void> {
    await this.until(
      () => this.confirmed >= count,
      () => `${this.confirmed} of ${count} events are confirmed`,
    );
  }

  /** All of it, in the order of each key. */
  async delivered(): Promise<void> {
    await this.confirmedAtLeast(this.#options.events);
    await this.until(
      () => this.watch.handled === this.#options.events,
      () => this.#missing(),
    );
  }

  /** Also ends when the traffic has broken a rule. */
  async until(condition: () => boolean, otherwise: () => string): Promise<void> {
    await this.#run.until(() => this.#fault !== null || condition(), otherwise);
    this.#run.require(this.#fault === null, this.#fault ?? '');
  }

  get #fault(): string | null {
    const faults = this.callers.map(({ fault }) => fault);
    return this.watch.fault ?? faults.find((fault) => fault !== null) ?? null;
  }

  async #subscribe(transport: Transport, work: () => Promise<void> = async () => {}) {
    const options = { source: this.#source, group: this.#group, redelivery: { minMs: 5 } };
    const random = this.#run.random.fork('handlers');
    return this.#run.subscribe(transport, options, (delivery) =>
      this.watch.handle(delivery, async () => {
        await pause(random.next() * HANDLING_MS);
        await work();
      }),
    );
  }

  #missing(): string {
    const { events } = this.#options;
    const [key = ''] = [...this.#keys].find(([name, count]) => this.watch.next(name) < count) ?? [];
    const missing = events - this.watch.handled;
    return `${missing} of ${events} confirmed events did not arrive, such as ${key}: event ${this.watch.next(key)}`;
  }
}

/** Of each publisher, with keys of its own; the data says the how many-th of its key it is. */
function numberedMessages(
  source: string,
  { events, publishers, keys = 3, bytes = 1 }: TrafficOptions,
): readonly (readonly NumberedMessage[])[] {
  return Array.from({ length: publishers }, (_, publisher) => {
    const count = Math.floor((events + publisher) / publishers);
    return Array.from({ length: count }, (_, index) => {
      const key = `key-${publisher}-${index % keys}`;
      const number = Math.floor(index / keys);
      return { key, number, message: messageOf(source, key, String(number).padEnd(bytes)) };
    });
  });
}
