import type { Rule } from '../rule.js';
import { RuleRun } from '../rule-run.js';
import { SharedTransports } from '../shared-transports.js';

const INSTANCES = 3;

/** Of all the others, except for those that take servers away. */
export function allInParallel(others: readonly Rule[]): Rule {
  const rules = others.filter(({ ownServer }) => ownServer !== true);
  return {
    number: 18,
    title: `all of these many times in parallel, each time over the same ${INSTANCES} instances of the transport`,
    deadlineMs: 120_000,
    async check(run) {
      const { under, settings, deadlineMs } = run;
      const copies = await Promise.all(
        Array.from({ length: run.count({ light: 2, heavy: 10 }) }, async (_, index) => {
          const instances = Array.from({ length: INSTANCES }, () => run.open());
          const shared = new SharedTransports(await Promise.all(instances));
          return { name: `${under.name}, copy ${index + 1}`, shared };
        }),
      );
      const runs = copies.flatMap(({ name, shared }) =>
        rules.map((rule) => {
          const options = { seed: settings.seed, scale: 'light', shared } as const;
          return RuleRun.of({ ...rule, deadlineMs }, { ...under, name }, options);
        }),
      );
      const outcomes = await Promise.allSettled(runs);
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      run.require(
        failed.length === 0,
        `${failed.length} of ${runs.length} runs failed, such as ${failed[0]?.reason?.message}`,
      );
    },
  };
}
