import { Judge, RuleBroken, settingsOf } from '@mesh/messaging/testing';
import { dispatching, type Dispatching } from '@mesh/messaging/testing/dispatching';
import { createDatabase } from '@mesh/tools/testing';
import type { ConsumerRule } from './consumer-rule.js';
import {
  nameOf,
  openConsumerSetting,
  type ConsumerSetting,
  type Sent,
} from './consumer-setting.js';
import type { ConsumerParts, ConsumerUnderTest } from './consumer-under-test.js';
import type { RunSettings } from './relay-run.js';

const DEADLINE_MS = 60_000;
const HEAVY_PATIENCE = 5;

/** How long a rule may take, beside opening and closing. */
export function deadlineMsOf({ deadlineMs = DEADLINE_MS }: ConsumerRule, { scale }: RunSettings) {
  return deadlineMs * (scale === 'heavy' ? HEAVY_PATIENCE : 1);
}

/** One rule at work on one consumer: what it opened is closed at the end, whatever happens. */
export class ConsumerRun {
  readonly judge: Judge;
  readonly #ends: (() => Promise<unknown>)[] = [];

  private constructor(
    rule: ConsumerRule,
    readonly under: ConsumerUnderTest,
    readonly settings: RunSettings,
  ) {
    const { seed } = settings;
    this.judge = new Judge({ number: rule.number, seed, deadlineMs: deadlineMsOf(rule, settings) });
  }

  /**
   * @default settings those of the environment
   * @throws RuleBroken naming the rule and the seed, also for an error that the rule did not foresee
   */
  static async of(
    rule: ConsumerRule,
    under: ConsumerUnderTest,
    settings: RunSettings = settingsOf(process.env),
  ): Promise<void> {
    const run = new ConsumerRun(rule, under, settings);
    try {
      await rule.check(run);
    } catch (error) {
      if (error instanceof RuleBroken) throw error;
      throw run.judge.broken(`ended with ${String(error)}`, error);
    } finally {
      for (const end of run.#ends.reverse()) await end();
    }
  }

  /** At the end of the run, before what was opened earlier ends. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /** So many events of each of some keys, in the order of a stream; five times as many keys when heavy. */
  sent(name: string, { keys, each }: { readonly keys: number; readonly each: number }): Sent[] {
    const many = this.settings.scale === 'heavy' ? keys * 5 : keys;
    return Array.from({ length: many * each }, (_, n) => ({
      gauge: `${name}-${n % many}`,
      version: Math.floor(n / many) + 1,
    }));
  }

  /** A database of a consumer's service; a replica on that of another with its `url`. */
  async open(url?: string): Promise<ConsumerSetting> {
    if (url === undefined) {
      const database = await createDatabase('inbox');
      this.atEnd(() => database.drop());
      return this.open(database.url);
    }
    const setting = await openConsumerSetting(url);
    this.atEnd(() => setting.close());
    return setting;
  }

  /** A consumer of this setting. */
  consumer({ parts }: ConsumerSetting, changes: Partial<ConsumerParts> = {}): Dispatching {
    const consumer = dispatching(this.under.handler({ ...parts, at: async () => {}, ...changes }));
    this.atEnd(() => consumer.close());
    return consumer;
  }

  /** Breaks the rule unless each of the events had one effect, in order, and one event that tells of it. */
  async requireOneEffect(setting: ConsumerSetting, sent: readonly Sent[]): Promise<void> {
    const { effects, disordered, noted, told } = await setting.evidence();
    const names = sent.map(nameOf);
    const count = (which: (name: string) => boolean) => names.filter(which).length;
    const missing = count((name) => !effects.has(name));
    this.judge.require(missing === 0, `${missing} events were acked and had no effect`);
    const doubled = count((name) => (effects.get(name) ?? 0) > 1);
    this.judge.require(doubled === 0, `${doubled} events had more than one effect`);
    this.judge.require(
      disordered === 0,
      `${disordered} effects came after a later one of their key`,
    );
    const untold = count((name) => !told.has(name));
    this.judge.require(untold === 0, `${untold} effects are told by no event`);
    const toldTwice = count((name) => (told.get(name) ?? 0) > 1);
    this.judge.require(toldTwice === 0, `${toldTwice} effects are told by several events`);
    this.judge.require(
      noted === names.length,
      `the inbox has ${noted} notes of ${names.length} events`,
    );
  }
}
