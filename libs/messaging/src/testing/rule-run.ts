import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryHandler } from '../delivery.js';
import type { SubscribeOptions, Subscription } from '../subscriber.js';
import type { Transport } from '../transport.js';
import { RuleBroken, type Rule } from './rule.js';
import type { TransportUnderTest } from './transport-under-test.js';

const DEADLINE_MS = 30_000;
const POLL_MS = 5;

/** One rule at work on one transport: what it opened is closed at the end, whatever happens. */
export class RuleRun {
  readonly #rule: Rule;
  readonly #opened: Transport[] = [];
  readonly #deadline: number;

  private constructor(
    rule: Rule,
    readonly under: TransportUnderTest,
  ) {
    this.#rule = rule;
    this.#deadline = Date.now() + (rule.deadlineMs ?? DEADLINE_MS);
  }

  /** @throws RuleBroken naming the rule, also for an error that the rule did not foresee */
  static async of(rule: Rule, under: TransportUnderTest): Promise<void> {
    const run = new RuleRun(rule, under);
    const offered = rule.needs === undefined || under.features[rule.needs];
    try {
      await (offered ? rule.check(run) : rule.refusal?.(run));
    } catch (error) {
      if (error instanceof RuleBroken) throw error;
      throw new RuleBroken(rule.number, `ended with ${String(error)}`, { cause: error });
    } finally {
      await Promise.all(run.#opened.map((transport) => transport.close()));
    }
  }

  async open(): Promise<Transport> {
    const transport = await this.under.open();
    this.#opened.push(transport);
    return transport;
  }

  /** A new destination, so that runs go on side by side. */
  async destination(transport: Transport): Promise<string> {
    const name = `mesh.test.${randomUUID()}`;
    await transport.declare([name]);
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
    await subscription.ready;
    return subscription;
  }

  require(holds: boolean, otherwise: string): void {
    if (!holds) throw new RuleBroken(this.#rule.number, otherwise);
  }

  /** Waits for the condition; what is still wrong at the deadline breaks the rule. */
  async until(condition: () => boolean, otherwise: () => string): Promise<void> {
    while (!condition()) {
      if (Date.now() > this.#deadline) throw new RuleBroken(this.#rule.number, otherwise());
      await pause(POLL_MS);
    }
  }
}
