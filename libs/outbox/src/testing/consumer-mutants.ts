import { ackBeforeCommit, appendAfterCommit, checkThenAct } from './consumer-defects.js';
import type { ConsumerRule } from './consumer-rule.js';
import { deliveredTwice } from './consumer-rules/delivered-twice.js';
import { killedAtEachStep } from './consumer-rules/killed.js';
import { togetherWithItsEvents } from './consumer-rules/together.js';
import type { ConsumerUnderTest } from './consumer-under-test.js';

/** A consumer with one defect, and what its rule must say of it. */
export interface ConsumerMutant {
  readonly rule: ConsumerRule;
  readonly defect: string;
  readonly under: ConsumerUnderTest;
  readonly because: RegExp;
}

export const consumerMutants: readonly ConsumerMutant[] = [
  {
    rule: deliveredTwice,
    defect: 'checks, and then acts',
    under: checkThenAct,
    because: /^[1-9]\d* events had more than one effect$/,
  },
  {
    rule: togetherWithItsEvents,
    defect: 'appends after the commit',
    under: appendAfterCommit,
    because: /^an effect was committed without the event that tells of it$/,
  },
  {
    rule: killedAtEachStep,
    defect: 'appends after the commit',
    under: appendAfterCommit,
    because: /^[1-9]\d* effects are told by no event$/,
  },
  {
    rule: killedAtEachStep,
    defect: 'acks before the commit',
    under: ackBeforeCommit,
    because: /^[1-9]\d* events were acked and had no effect$/,
  },
];
