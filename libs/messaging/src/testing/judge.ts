import { setTimeout as pause } from 'node:timers/promises';
import { RuleBroken } from './rule.js';

const POLL_MS = 5;

/** Of the rule that it judges. */
export interface JudgeOptions {
  readonly number: number | null;
  readonly seed: number;
  readonly deadlineMs: number;
}

/** Watches one rule at work: waits until its deadline, and says how it was broken. */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #deadline: number;

  /** The time runs from now on. */
  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#deadline = Date.now() + options.deadlineMs;
  }

  /** Breaks the rule at once unless it holds. @throws RuleBroken with `otherwise`, and the seed of the run */
  require(holds: boolean, otherwise: string): void {
    if (!holds) throw this.broken(otherwise);
  }

  /** Waits for the condition; what is still wrong at the deadline breaks the rule. */
  async until(
    condition: () => boolean | Promise<boolean>,
    otherwise: () => string | Promise<string>,
  ): Promise<void> {
    for (;;) {
      const holds = condition();
      if (typeof holds === 'boolean' ? holds : await holds) return;
      if (Date.now() > this.#deadline) throw this.broken(await otherwise());
      await pause(POLL_MS);
    }
  }

  /** The result of the work; breaks the rule when there is none at the deadline. */
  async inTime<T>(work: Promise<T>, otherwise: () => string): Promise<T> {
    let settled = false;
    const settle = () => (settled = true);
    work.then(settle, settle);
    await this.until(() => settled, otherwise);
    return work;
  }

  /** The error to throw: names the rule, the reason and the seed that makes the run again. */
  broken(reason: string, cause?: unknown): RuleBroken {
    const { number, seed } = this.#options;
    return new RuleBroken(number, reason, { seed, cause });
  }
}
