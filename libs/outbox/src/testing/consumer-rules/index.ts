// The rules of the inbox, for whole consumers, a file each.
// Start at ../consumer-suite.ts, which registers them.
// Not here: rules of dead letters.
import type { ConsumerRule } from '../consumer-rule.js';
import { deliveredTwice } from './delivered-twice.js';
import { failureLeavesNothing } from './failing.js';
import { killedAtEachStep } from './killed.js';
import { togetherWithItsEvents } from './together.js';

export const consumerRules: readonly ConsumerRule[] = [
  deliveredTwice,
  failureLeavesNothing,
  togetherWithItsEvents,
  killedAtEachStep,
];
