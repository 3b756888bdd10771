import { describe, it } from 'vitest';
import { RuleRun } from './rule-run.js';
import type { Rule } from './rule.js';
import { rules } from './rules/index.js';
import type { TransportUnderTest } from './transport-under-test.js';

/** For opening and closing, beside the rule's own deadline. */
const EXTRA_MS = 30_000;

/**
 * Registers the publish/subscribe rules for a transport on its real server, the rule's number in each
 * title. Where a transport lacks what a rule needs, the case names the feature and checks that asking
 * for it is refused; it is skipped where there is nothing to ask for.
 */
export function transportSuite(under: TransportUnderTest): void {
  describe(`${under.name} transport`, () => {
    for (const rule of rules) register(rule, under);
  });
}

function register(rule: Rule, under: TransportUnderTest): void {
  const timeoutMs = (rule.deadlineMs ?? 0) + EXTRA_MS * 2;
  const name = rule.number === null ? 'contract' : `rule ${rule.number}`;
  const lacking = rule.needs !== undefined && !under.features[rule.needs];
  if (!lacking) it(`${name}: ${rule.title}`, () => RuleRun.of(rule, under), timeoutMs);
  else {
    const title = `${name}: not offered by ${under.name}, which has no ${rule.needs}`;
    const register = rule.refusal === undefined ? it.skip : it;
    register(title, () => RuleRun.of(rule, under), timeoutMs);
  }
}
