import type { Features } from '../transport.js';
import type { RuleRun } from './rule-run.js';

/** One promise that every transport keeps. */
export interface Rule {
  /** In the project's list of rules; null for what the interfaces promise beside it. */
  readonly number: number | null;
  /** What holds, for the title. */
  readonly title: string;
  /** Without it the rule does not apply. */
  readonly needs?: keyof Features;
  /** @default 30000 */
  readonly deadlineMs?: number;
  /** @throws RuleBroken */
  check(run: RuleRun): Promise<void>;
  /** Holds instead where the feature is lacking: asking for it is refused by its name. */
  refusal?(run: RuleRun): Promise<void>;
}

/** A transport does not keep a rule. */
export class RuleBroken extends Error {
  constructor(
    readonly rule: number | null,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${rule === null ? 'contract' : `rule ${rule}`}: ${message}`, options);
    this.name = 'RuleBroken';
  }
}
