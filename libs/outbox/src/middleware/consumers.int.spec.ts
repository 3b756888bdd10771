// Begins early: takes 110 s.
import { RuleBroken } from '@mesh/messaging/testing';
import { describe, expect, it, vi } from 'vitest';
import { consumerMutants } from '../testing/consumer-mutants.js';
import { ConsumerRun } from '../testing/consumer-run.js';
import { consumerSuite } from '../testing/consumer-suite.js';
import { batch, batchByKey, single, singleByKey } from '../testing/consumers.js';

vi.setConfig({ testTimeout: 180_000 });

consumerSuite(single);
consumerSuite(batch);
consumerSuite(singleByKey);
consumerSuite(batchByKey);

describe('the suite rejects a consumer', () => {
  it.each(consumerMutants)(
    'rule $rule.number: one that $defect',
    async ({ rule, under, because }) => {
      const outcome = ConsumerRun.of(rule, under, { seed: 7, scale: 'light' });
      const error = await outcome.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RuleBroken);
      const { rule: number, reason } = error as RuleBroken;
      expect(reason).toMatch(because);
      expect(number).toBe(rule.number);
    },
  );
});
