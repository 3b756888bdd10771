import type { Rule } from '../rule.js';
import { badMessagesBecomeDeadLetters } from './dead-letters.js';
import { groupsGetEverythingMembersShare, newGroupReadsFromTheStart } from './groups.js';
import { manySubscriptionsLoseNothing, topicsDoNotLeak } from './no-loss.js';
import { orderHoldsByKey } from './order.js';
import { resolvedMeansDelivered } from './publishing.js';
import { failedHandlerGetsItAgain, unsettledSurvivesItsConsumer } from './redelivery.js';
import { everyReplicaGetsEverything, filterSelects, tooLargeIsRefused } from './subscribing.js';
import { eventsArriveWhole } from './whole.js';

/** By number; those that need servers to be stopped and killed are not among them. */
export const rules: readonly Rule[] = [
  eventsArriveWhole,
  manySubscriptionsLoseNothing,
  topicsDoNotLeak,
  failedHandlerGetsItAgain,
  unsettledSurvivesItsConsumer,
  orderHoldsByKey,
  resolvedMeansDelivered,
  groupsGetEverythingMembersShare,
  newGroupReadsFromTheStart,
  badMessagesBecomeDeadLetters,
  everyReplicaGetsEverything,
  filterSelects,
  tooLargeIsRefused,
];
