// The rules of the outbox and its relay, a file a small group.
// Start at ../relay-suite.ts, which registers them.
// Not here: rules of the inbox and of dead letters.
import type { RelayRule } from '../relay-rule.js';
import {
  appendedTogetherKeepTheirOrder,
  outsideIsRefused,
  rollbackLeavesNothing,
} from './appending.js';
import { brokerDown } from './broker-faults.js';
import { lostClaimCannotMark, replicasNeverShareAKey } from './claims.js';
import { nobodyWaitsForBystanders, overlappingCommitsKeepTheirOrder } from './commit-order.js';
import { publishedIsRemoved } from './growth.js';
import { collidingKeysNeverDeadlock } from './locks.js';
import { eventsCarryTheirNumber } from './numbering.js';
import { clocksMayDiffer, pausedPastItsLease, sigkillAtEachStep } from './process-faults.js';
import { postgresGoesAway } from './server-faults.js';
import { heldUntilRedriven, skippedGoOn } from './unpublishable.js';

export const relayRules: readonly RelayRule[] = [
  rollbackLeavesNothing,
  outsideIsRefused,
  overlappingCommitsKeepTheirOrder,
  nobodyWaitsForBystanders,
  replicasNeverShareAKey,
  lostClaimCannotMark,
  sigkillAtEachStep,
  pausedPastItsLease,
  brokerDown,
  postgresGoesAway,
  skippedGoOn,
  heldUntilRedriven,
  collidingKeysNeverDeadlock,
  clocksMayDiffer,
  publishedIsRemoved,
  appendedTogetherKeepTheirOrder,
  eventsCarryTheirNumber,
];
