import { Judge, nameOf, Random, RuleBroken, settingsOf } from '@mesh/messaging/testing';
import { createDatabase } from '@mesh/tools/testing';
import type { RelayRule } from './relay-rule.js';
import { openRelaySetting, type RelaySetting } from './relay-setting.js';
import type { RelayStart, RelayUnderTest, StartedRelay } from './relay-under-test.js';

/** How one rule is run. */
export interface RunSettings {
  readonly seed: number;
  readonly scale: 'light' | 'heavy';
}

const DEADLINE_MS = 60_000;
const HEAVY_PATIENCE = 5;

/** How long a rule may take, beside opening and closing. */
export function deadlineMsOf(rule: RelayRule, { scale }: RunSettings): number {
  return (rule.deadlineMs ?? DEADLINE_MS) * (scale === 'heavy' ? HEAVY_PATIENCE : 1);
}

/** One rule at work on one relay mode: what it opened is closed at the end, whatever happens. */
export class RelayRun {
  /** Makes the choices of this rule on this mode; the seed of the run gives them again. */
  readonly random: Random;
  readonly judge: Judge;
  readonly #ends: (() => Promise<unknown>)[] = [];

  private constructor(
    rule: RelayRule,
    readonly under: RelayUnderTest,
    readonly settings: RunSettings,
  ) {
    const { seed } = settings;
    this.random = new Random(seed).fork(`${nameOf(rule)} ${rule.title} ${under.name}`);
    this.judge = new Judge({ number: rule.number, seed, deadlineMs: deadlineMsOf(rule, settings) });
  }

  /**
   * @default settings those of the environment
   * @throws RuleBroken naming the rule and the seed, also for an error that the rule did not foresee
   */
  static async of(
    rule: RelayRule,
    under: RelayUnderTest,
    settings: RunSettings = settingsOf(process.env),
  ): Promise<void> {
    const run = new RelayRun(rule, under, settings);
    try {
      await rule.check(run);
    } catch (error) {
      if (error instanceof RuleBroken) throw error;
      throw run.judge.broken(`ended with ${String(error)}`, error);
    } finally {
      for (const end of run.#ends.reverse()) await end();
    }
  }

  /** How many of something, by the scale of the run. */
  count({ light, heavy }: { readonly light: number; readonly heavy: number }): number {
    return this.settings.scale === 'heavy' ? heavy : light;
  }

  /** At the end of the run, before what was opened earlier ends. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /** A service's database with this mode's outbox; on a server of the rule's own when it has a `url`. */
  async open(url?: string): Promise<RelaySetting> {
    if (url === undefined) {
      const database = await createDatabase('outbox');
      this.atEnd(() => database.drop());
      return this.open(database.url);
    }
    const setting = await openRelaySetting(this.under, url);
    this.atEnd(() => setting.close());
    return setting;
  }

  /** A relay of this setting that publishes to its publisher, stopped at the end. */
  async relay(setting: RelaySetting, options: Partial<RelayStart> = {}): Promise<StartedRelay> {
    const relay = await setting.store.start({ publisher: setting.publisher, ...options });
    this.atEnd(() => relay.stop());
    return relay;
  }
}
