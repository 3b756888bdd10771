import { settingsOf } from '@mesh/messaging/testing';
import type { ConformanceCase } from '@mesh/tools/conformance';
import { describe, it } from 'vitest';
import { consumerRules } from './consumer-rules/index.js';
import { ConsumerRun, deadlineMsOf } from './consumer-run.js';
import type { ConsumerUnderTest } from './consumer-under-test.js';

/** For opening and closing, beside the rule's own deadline. */
const EXTRA_MS = 60_000;

/**
 * Registers the rules of the inbox for a consumer, the rule's number in each title; needs
 * TEST_DATABASE_URL.
 */
export function consumerSuite(under: ConsumerUnderTest): void {
  describe(`${under.name} consumer`, () => {
    for (const rule of consumerRules) {
      const { number, title } = rule;
      const conformance: ConformanceCase = { rule: number, title, transport: under.name };
      const timeout = deadlineMsOf(rule, settingsOf(process.env)) + EXTRA_MS;
      it(`rule ${number}: ${title}`, { timeout, meta: { conformance } }, () =>
        ConsumerRun.of(rule, under),
      );
    }
  });
}
