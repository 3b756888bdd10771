import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryHandler } from '../delivery.js';
import type { SubscribeOptions, Subscription } from '../subscriber.js';
import type { Transport } from '../transport.js';
import { Judge } from './judge.js';
import { Random } from './random.js';
import { nameOf, RuleBroken, type Rule } from './rule.js';
import { settingsOf, type SuiteSettings } from './settings.js';
import type { SharedTransports } from './shared-transports.js';
import type { MortalConsumer, OwnServer, TransportUnderTest } from './transport-under-test.js';

/** How one rule is run. */
export interface RunOptions extends SuiteSettings {
  /** What `open` gives instead of new transports. */
  readonly shared?: SharedTransports;
}

export interface Counts {
  readonly light: number;
  readonly heavy: number;
  /** @default as light */
  readonly parallel?: number;
}

const DEADLINE_MS = 30_000;
const HEAVY_PATIENCE = 5;
/** Far above what closing may take: ten seconds of grace, and some for connections. */
const CLOSE_WITHIN_MS = 40_000;

/** How long a rule may take, beside opening and closing. */
export function deadlineMsOf(rule: Rule, { scale }: SuiteSettings): number {
  return (rule.deadlineMs ?? DEADLINE_MS) * (scale === 'heavy' ? HEAVY_PATIENCE : 1);
}

/** One rule at work on one transport: what it opened is closed at the end, whatever happens. */
export class RuleRun {
  /** Makes the choices of this rule on this transport; the seed of the run gives them again. */
  readonly random: Random;
  /** How long the whole run may take, beside opening and closing. */
  readonly deadlineMs: number;
  readonly #opened: Transport[] = [];
  readonly #mortals: MortalConsumer[] = [];
  readonly #servers: OwnServer[] = [];
  readonly #judge: Judge;

  private constructor(
    rule: Rule,
    readonly under: TransportUnderTest,
    readonly settings: RunOptions,
  ) {
    this.random = new Random(settings.seed).fork(`${nameOf(rule)} ${rule.title} ${under.name}`);
    this.deadlineMs = deadlineMsOf(rule, settings);
    const { seed } = settings;
    this.#judge = new Judge({ number: rule.number, seed, deadlineMs: this.deadlineMs });
  }

  /**
   * @default settings those of the environment
   * @throws RuleBroken naming the rule and the seed, also for an error that the rule did not foresee
   */
  static async of(
    rule: Rule,
    under: TransportUnderTest,
    settings: RunOptions = settingsOf(process.env),
  ): Promise<void> {
    const run = new RuleRun(rule, under, settings);
    const offered = rule.needs === undefined || under.features[rule.needs];
    try {
      await (offered ? rule.check(run) : rule.refusal?.(run));
    } catch (error) {
      if (error instanceof RuleBroken) throw error;
      throw run.#judge.broken(`ended with ${String(error)}`, error);
    } finally {
      await Promise.all(run.#mortals.map((mortal) => mortal.die()));
      await run.#close();
      await Promise.all(run.#servers.map((server) => server.stop()));
    }
  }

  async #close(): Promise<void> {
    const limit = new AbortController();
    const closed = Promise.all(this.#opened.map((transport) => transport.close()));
    const late = pause(CLOSE_WITHIN_MS, undefined, limit).then(() => {
      throw this.#judge.broken(`a transport did not close within ${CLOSE_WITHIN_MS} ms`);
    });
    late.catch(() => {});
    await Promise.race([closed, late]).finally(() => limit.abort());
  }

  /** How many of something, by the scale of the run; fewer where the rule is one of many at once. */
  count({ light, heavy, parallel = light }: Counts): number {
    if (this.settings.shared !== undefined) return parallel;
    return this.settings.scale === 'heavy' ? heavy : light;
  }

  /** A transport, maybe one that other rules use at the same time: don't close its publisher. */
  async open(
    from: { open(): Transport | Promise<Transport> } = this.settings.shared ?? this.under,
  ): Promise<Transport> {
    const transport = await from.open();
    this.#opened.push(transport);
    return transport;
  }

  /** A transport that nobody else uses. */
  openAlone(): Promise<Transport> {
    return this.open(this.under);
  }

  /** A consumer to let die; undefined where there is none, and where many rules run at once: each is a process. */
  async mortal(): Promise<MortalConsumer | undefined> {
    if (this.settings.shared !== undefined) return undefined;
    const mortal = await this.under.mortal?.();
    if (mortal !== undefined) this.#mortals.push(mortal);
    return mortal;
  }

  /** A server of this rule alone; stopped at the end, after the transports on it are closed. */
  async ownServer(): Promise<OwnServer> {
    const server = await this.under.ownServer?.();
    if (server === undefined) throw new Error(`${this.under.name} gives no server of one's own`);
    this.#servers.push(server);
    return server;
  }

  /** A new destination, so that runs go on side by side. */
  async destination(transport: Transport): Promise<string> {
    const name = `mesh.test.${randomUUID()}`;
    await this.inTime(transport.declare([name]), () => 'a destination was not declared');
    return name;
  }

  group(): string {
    return `test.${randomUUID()}`;
  }

  /** Subscribed and ready. */
  async subscribe(
    transport: Transport,
    options: SubscribeOptions,
    handler: DeliveryHandler,
  ): Promise<Subscription> {
    const subscription = await transport.subscribe(options, handler);
    await this.inTime(subscription.ready, () => 'a subscription did not become ready');
    return subscription;
  }

  require(holds: boolean, otherwise: string): void {
    this.#judge.require(holds, otherwise);
  }

  /** Waits for the condition; what is still wrong at the deadline breaks the rule. */
  until(condition: () => boolean, otherwise: () => string): Promise<void> {
    return this.#judge.until(condition, otherwise);
  }

  /** The result of the work; breaks the rule when there is none at the deadline. */
  inTime<T>(work: Promise<T>, otherwise: () => string): Promise<T> {
    return this.#judge.inTime(work, otherwise);
  }
}
