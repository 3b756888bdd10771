import type { ConformanceCase } from '@mesh/tools/conformance';
import { nameOf, settingsOf } from '@mesh/messaging/testing';
import { describe, it } from 'vitest';
import type { RelayRule } from './relay-rule.js';
import { deadlineMsOf, RelayRun } from './relay-run.js';
import type { RelayUnderTest } from './relay-under-test.js';
import { relayRules } from './rules/index.js';

/** For opening and closing, beside the rule's own deadline; a server of one's own takes longest. */
const EXTRA_MS = 60_000;

/**
 * Registers the rules of outbox and relay for a relay mode, the rule's number in each title; needs
 * TEST_DATABASE_URL. Where a mode lacks what a rule needs, the case is skipped and names the feature.
 */
export function relaySuite(under: RelayUnderTest): void {
  describe(`${under.name} relay`, () => {
    for (const rule of relayRules) register(rule, under);
  });
}

function register(rule: RelayRule, under: RelayUnderTest): void {
  const { number, title, needs } = rule;
  const lacking = needs !== undefined && !under.features[needs] ? needs : undefined;
  const conformance: ConformanceCase = {
    ...{ rule: number, title, transport: under.name },
    ...(lacking && { lacking }),
  };
  const name =
    lacking === undefined
      ? `${nameOf(rule)}: ${title}`
      : `${nameOf(rule)}: not offered by ${under.name}, which has no ${lacking}`;
  const noProcess = rule.ownProcess === true && under.process === undefined;
  const skipped = lacking !== undefined || noProcess;
  const options = {
    timeout: deadlineMsOf(rule, settingsOf(process.env)) + EXTRA_MS,
    meta: { conformance },
  };
  (skipped ? it.skip : it)(name, options, () => RelayRun.of(rule, under));
}
