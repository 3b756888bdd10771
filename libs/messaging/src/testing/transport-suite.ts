import type { ConformanceCase } from '@mesh/tools/conformance';
import { describe, it } from 'vitest';
import { deadlineMsOf, RuleRun } from './rule-run.js';
import { nameOf, type Rule } from './rule.js';
import { faultRules } from './rules/fault-rules.js';
import { rules } from './rules/index.js';
import { settingsOf } from './settings.js';
import type { TransportUnderTest } from './transport-under-test.js';

/** For opening and closing, beside the rule's own deadline; a server of one's own takes longest. */
const EXTRA_MS = 120_000;

declare module 'vitest' {
  interface TaskMeta {
    conformance?: ConformanceCase;
  }
}

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

/** The same for the rules that stop, kill, block and cut off servers of their own, and need no other. */
export function transportFaultSuite(under: FaultsUnderTest): void {
  const nothing = () =>
    Promise.reject(new Error(`${under.name} is there on servers of its own only`));
  const whole = { ...under, open: nothing, inject: nothing, readDeadLetters: nothing };
  describe(`${under.name} transport under faults`, () => {
    for (const rule of faultRules) register(rule, whole);
  });
}

type FaultsUnderTest = Pick<TransportUnderTest, 'name' | 'features'> &
  Required<Pick<TransportUnderTest, 'ownServer'>>;

function register(rule: Rule, under: TransportUnderTest): void {
  const { number, title, needs } = rule;
  const lacking = needs !== undefined && !under.features[needs] ? needs : undefined;
  const conformance: ConformanceCase = {
    ...{ rule: number, title, transport: under.name },
    ...(lacking && { lacking }),
  };
  const settings = settingsOf(process.env);
  const options = {
    timeout: deadlineMsOf(rule, settings) + EXTRA_MS,
    meta: { conformance },
  };
  const name =
    lacking === undefined
      ? `${nameOf(rule)}: ${title}`
      : `${nameOf(rule)}: not offered by ${under.name}, which has no ${lacking}`;
  const nothingToRun = lacking !== undefined && rule.refusal === undefined;
  const noServer = rule.ownServer === true && under.ownServer === undefined;
  const register = nothingToRun || noServer ? it.skip : it;
  register(name, options, () => RuleRun.of(rule, under));
}
