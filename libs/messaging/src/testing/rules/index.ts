import type { Rule } from '../rule.js';
import { batchesKeepTheirOrder } from './batches.js';
import { closingDuringDelivery } from './closing.js';
import { allInParallel } from './in-parallel.js';
import { comingAndGoingLosesNothing } from './coming-and-going.js';
import { badMessagesBecomeDeadLetters, manyBadMessagesHoldUpNobody } from './dead-letters.js';
import { groupsGetEverythingMembersShare, newGroupReadsFromTheStart } from './groups.js';
import { manySubscriptionsLoseNothing, topicsDoNotLeak } from './no-loss.js';
import { orderHoldsByKey } from './order.js';
import { resolvedMeansDelivered } from './publishing.js';
import { failedHandlerGetsItAgain, unsettledSurvivesItsConsumer } from './redelivery.js';
import { failingOnesDoNotStarveOthers } from './starving.js';
import { everyReplicaGetsEverything, filterSelects, tooLargeIsRefused } from './subscribing.js';
import { traceGoesOn } from './tracing.js';
import { eventsArriveWhole } from './whole.js';

const single: readonly Rule[] = [
  eventsArriveWhole,
  manySubscriptionsLoseNothing,
  topicsDoNotLeak,
  failedHandlerGetsItAgain,
  unsettledSurvivesItsConsumer,
  comingAndGoingLosesNothing,
  closingDuringDelivery,
  failingOnesDoNotStarveOthers,
  orderHoldsByKey,
  resolvedMeansDelivered,
  groupsGetEverythingMembersShare,
  newGroupReadsFromTheStart,
  badMessagesBecomeDeadLetters,
  manyBadMessagesHoldUpNobody,
  traceGoesOn,
  everyReplicaGetsEverything,
  filterSelects,
  tooLargeIsRefused,
  batchesKeepTheirOrder,
];

/** All of them; what has no number of the project's list comes last. */
export const rules: readonly Rule[] = [...single, allInParallel(single)].toSorted(
  (one, other) => (one.number ?? Infinity) - (other.number ?? Infinity),
);
