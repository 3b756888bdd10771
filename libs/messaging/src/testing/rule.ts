import type { Features } from '../transport.js';
import type { RuleRun } from './rule-run.js';

/** One promise that every transport keeps. */
export interface Rule {
  /** In the project's list of rules; null for what the interfaces promise beside it. */
  readonly number: number | null;
  /** What holds, for the title; without the counts that depend on the scale. */
  readonly title: string;
  /** Without it the rule does not apply. */
  readonly needs?: keyof Features;
  /** It stops and kills servers: given `ownServer` by the transport under test, else it does not run. */
  readonly ownServer?: true;
  /** At the light scale; the heavy one has five times as long. @default 30000 */
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
    /** What was seen instead. */
    readonly reason: string,
    { seed, ...options }: ErrorOptions & { readonly seed?: number } = {},
  ) {
    const bySeed = seed === undefined ? '' : ` (seed ${seed})`;
    super(`${nameOf({ number: rule })}: ${reason}${bySeed}`, options);
    this.name = 'RuleBroken';
  }
}

/** For titles and messages. */
export function nameOf({ number }: Pick<Rule, 'number'>): string {
  return number === null ? 'contract' : `rule ${number}`;
}
