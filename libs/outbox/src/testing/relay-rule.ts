import type { RelayRun } from './relay-run.js';
import type { RelayFeatures } from './relay-under-test.js';

/** One promise that the outbox keeps together with every relay mode. */
export interface RelayRule {
  /** In the project's list of rules; null for what the interfaces promise beside it. */
  readonly number: number | null;
  /** What holds, for the title. A number may have several rules, each with a title of its own. */
  readonly title: string;
  /** Without it the rule does not apply. */
  readonly needs?: keyof RelayFeatures;
  /** Lets processes of the mode die. */
  readonly ownProcess?: true;
  /** At the light scale; the heavy one has five times as long. @default 60000 */
  readonly deadlineMs?: number;
  /** @throws RuleBroken */
  check(run: RelayRun): Promise<void>;
}
