import type { ConsumerRun } from './consumer-run.js';

/** One promise of the inbox, for everything that handles deliveries with it. */
export interface ConsumerRule {
  /** In the project's list of rules. */
  readonly number: number;
  readonly title: string;
  /** @default 60000 */
  readonly deadlineMs?: number;
  /** @throws RuleBroken */
  check(run: ConsumerRun): Promise<void>;
}
