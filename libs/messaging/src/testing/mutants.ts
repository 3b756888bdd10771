import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from '../delivery.js';
import { PublishError, RejectedError } from '../errors.js';
import {
  leaking,
  limitedTo,
  withClose,
  withEvents,
  withHandlers,
  withOptions,
  withPublisher,
  type Defect,
} from './defects.js';
import type { Rule } from './rule.js';
import { batchesKeepTheirOrder } from './rules/batches.js';
import { closingDuringDelivery } from './rules/closing.js';
import { comingAndGoingLosesNothing } from './rules/coming-and-going.js';
import { badMessagesBecomeDeadLetters, manyBadMessagesHoldUpNobody } from './rules/dead-letters.js';
import { groupsGetEverythingMembersShare, newGroupReadsFromTheStart } from './rules/groups.js';
import { manySubscriptionsLoseNothing, topicsDoNotLeak } from './rules/no-loss.js';
import { orderHoldsByKey } from './rules/order.js';
import { resolvedMeansDelivered } from './rules/publishing.js';
import { failedHandlerGetsItAgain, unsettledSurvivesItsConsumer } from './rules/redelivery.js';
import { failingOnesDoNotStarveOthers } from './rules/starving.js';
import {
  everyReplicaGetsEverything,
  filterSelects,
  tooLargeIsRefused,
} from './rules/subscribing.js';
import { traceGoesOn } from './rules/tracing.js';
import { eventsArriveWhole } from './rules/whole.js';

/** A transport with one defect, and what its rule must say of it. */
export interface Mutant {
  readonly rule: Rule;
  readonly defect: string;
  readonly wrap: Defect;
  readonly because: RegExp;
}

const outOfOrder =
  /^key-\d+: event \d+ came (before event \d+ was handled|while another was being handled)$/;
const notWaitedFor = withHandlers((handler) => async (delivery) => {
  void handler(delivery).catch(() => {});
});

const acksFailedBatches = withHandlers((handler) => {
  const { batches } = handler;
  if (batches === undefined) return handler;
  return Object.assign((delivery: Delivery) => handler(delivery), {
    batches: {
      ...batches,
      handle: (deliveries: readonly Delivery[]) =>
        batches.handle(deliveries).catch(() => deliveries.map(() => true)),
    },
  });
});

export const mutants: readonly Mutant[] = [
  {
    rule: batchesKeepTheirOrder,
    defect: 'acks a batch that failed',
    wrap: acksFailedBatches,
    because: outOfOrder,
  },
  {
    rule: eventsArriveWhole,
    defect: 'loses the bits above 0x7f, as text does',
    wrap: withEvents(({ data }) => ({
      data: data?.map((byte) => byte & 0x7f) ?? new Uint8Array(),
    })),
    because: /^event \S+ arrived with other bytes than the \d+ that were sent$/,
  },
  {
    rule: eventsArriveWhole,
    defect: 'forgets extensions that it does not know',
    wrap: withEvents(({ extensions: { causationid: _, ...extensions } }) => ({ extensions })),
    because: /^event \S+ arrived with extension causationid undefined instead of causation-0$/,
  },
  {
    rule: manySubscriptionsLoseNothing,
    defect: 'acks one delivery in a thousand without its handler',
    wrap: (transport) => {
      let deliveries = 0;
      const wrap = withHandlers((handler) => async (delivery) => {
        deliveries += 1;
        if (deliveries % 1000 !== 0) await handler(delivery);
      });
      return wrap(transport);
    },
    because: /^\d+ of 5000 events did not arrive, such as \S+$/,
  },
  {
    rule: topicsDoNotLeak,
    defect: 'hands over to the subscription before, too',
    wrap: leaking(),
    because: /^\d+ events of other topics arrived, such as \S+$/,
  },
  {
    rule: failedHandlerGetsItAgain,
    defect: 'logs a failed handler and acks',
    wrap: withHandlers((handler) => (delivery) => handler(delivery).catch(() => {})),
    because: /^after a failure 20 of 20 events did not arrive, such as \S+ again$/,
  },
  {
    rule: failedHandlerGetsItAgain,
    defect: 'counts each try as the first',
    wrap: withHandlers((handler) => (delivery) => handler({ ...delivery, attempt: 1 })),
    because: /^event \S+ was tried 3 times, counted as 1, 1, 1$/,
  },
  {
    rule: unsettledSurvivesItsConsumer,
    defect: 'acks before the handler ends',
    wrap: notWaitedFor,
    because:
      /^of those that a dead consumer had not finished, 10 of 10 events did not arrive, such as \S+$/,
  },
  {
    rule: comingAndGoingLosesNothing,
    defect: 'begins at the end each time it subscribes',
    wrap: withOptions((options) => ({ ...options, ephemeral: true })),
    because: /^(in round \d|after 8 subscriptions) \d+ of \d+ events did not arrive, such as \S+$/,
  },
  {
    rule: closingDuringDelivery,
    defect: 'closes without waiting for its handlers',
    wrap: withClose((subscription) => () => subscription.close({ graceMs: 0 })),
    because: /^\d+ subscribers closed before their handlers had ended$/,
  },
  {
    rule: closingDuringDelivery,
    defect: 'waits for a handler that never ends',
    wrap: withClose((subscription) => (how) => {
      const stuck = how?.graceMs !== undefined;
      return stuck ? new Promise(() => {}) : subscription.close();
    }),
    because: /^1 of 10 subscribers did not close$/,
  },
  {
    rule: closingDuringDelivery,
    defect: 'acks what was not finished when the grace had passed',
    wrap: withClose((subscription, end) => async (how) => {
      if (how?.graceMs !== undefined) end();
      await subscription.close(how);
    }),
    because: /^at the next subscriber \d+ of 100 events did not arrive, such as \S+$/,
  },
  {
    rule: failingOnesDoNotStarveOthers,
    defect: 'goes on to other keys when the failing one has succeeded',
    wrap: (transport) =>
      withOptions((options) => ({ ...options, concurrency: 1 }))(
        withHandlers((handler) => async (delivery) => {
          const again = async (): Promise<void> => {
            if (delivery.signal.aborted) throw new Error('Given up');
            await pause(2);
            await handler(delivery).catch(again);
          };
          await handler(delivery).catch(again);
        })(transport),
      ),
    because: /^behind failing ones 100 of 100 events did not arrive, such as \S+$/,
  },
  {
    rule: orderHoldsByKey,
    defect: 'delivers a failed event again behind later ones of its key',
    wrap: withHandlers((handler) => async (delivery) => {
      const again = (attempt: number) => {
        setTimeout(() => void handler({ ...delivery, attempt }).catch(() => again(attempt + 1)), 5);
      };
      await handler(delivery).catch(() => again(2));
    }),
    because: outOfOrder,
  },
  {
    rule: orderHoldsByKey,
    defect: 'hands over the events of a key at once',
    wrap: notWaitedFor,
    because: outOfOrder,
  },
  {
    rule: resolvedMeansDelivered,
    defect: 'resolves before the broker confirms',
    wrap: withPublisher((publisher) => ({
      publish: async (messages) => void publisher.publish(messages).catch(() => {}),
      close: () => publisher.close(),
    })),
    because: /^of those that were confirmed, \d+ of 10000 events did not arrive, such as \S+$/,
  },
  {
    rule: resolvedMeansDelivered,
    defect: 'rejects without saying which are not confirmed',
    wrap: withPublisher((publisher) => ({
      publish: (messages) =>
        publisher
          .publish(messages)
          .catch(() => Promise.reject(new PublishError('Some failed', []))),
      close: () => publisher.close(),
    })),
    because: /^of those that were confirmed, \d+ of \d+ events did not arrive, such as \S+$/,
  },
  {
    rule: groupsGetEverythingMembersShare,
    defect: 'hands each event to every member of a group',
    wrap: withOptions((options) => ({ ...options, group: `${options.group} ${randomUUID()}` })),
    because: /^[1-9]\d* events came to both consumers of a group$/,
  },
  {
    rule: newGroupReadsFromTheStart,
    defect: 'begins at the end whatever it is asked for',
    wrap: withOptions((options) => ({ ...options, from: 'end' })),
    because: /^from the start 200 of 400 events did not arrive, such as \S+$/,
  },
  {
    rule: newGroupReadsFromTheStart,
    defect: 'begins at the start whatever it is asked for',
    wrap: withOptions((options) => ({ ...options, from: 'start' })),
    because: /^a group that begins at the end got 200 events from before$/,
  },
  {
    rule: badMessagesBecomeDeadLetters,
    defect: 'drops what it can not decode',
    wrap: withHandlers((handler) => async (delivery) => {
      try {
        delivery.event();
      } catch {
        return;
      }
      await handler(delivery);
    }),
    because: /^not every bad message became a dead letter$/,
  },
  {
    rule: badMessagesBecomeDeadLetters,
    defect: 'gives another reason than the true one',
    wrap: withHandlers((handler) => async (delivery) => {
      await handler(delivery).catch((error: unknown) => {
        throw new RejectedError('rejected', String(error));
      });
    }),
    because: /^undecodable bytes: the dead letter's reason is "rejected" instead of "undecodable"$/,
  },
  {
    rule: manyBadMessagesHoldUpNobody,
    defect: 'keeps the first of many messages that it can not decode',
    wrap: (transport) => {
      let kept = 0;
      return withHandlers((handler) => async (delivery) => {
        try {
          delivery.event();
        } catch {
          if (++kept > 100) return;
        }
        await handler(delivery);
      })(transport);
    },
    because: /^not every bad message became a dead letter$/,
  },
  {
    rule: traceGoesOn,
    defect: 'starts a trace of its own for each delivery',
    wrap: withEvents(({ extensions: { traceparent: _, ...extensions } }) => ({ extensions })),
    because:
      /^the parent of the span that handled event \S+ is undefined instead of 00-\w{32}-\w{16}-01$/,
  },
  {
    rule: traceGoesOn,
    defect: 'loses baggage',
    wrap: withEvents(({ extensions: { baggage: _, ...extensions } }) => ({ extensions })),
    because:
      /^the baggage of event \S+ is "undefined" instead of "tenant=blue;ttl=0,city=K%C3%B6ln"$/,
  },
  {
    rule: everyReplicaGetsEverything,
    defect: 'shares an ephemeral group among replicas',
    wrap: withOptions((options) => ({ ...options, ephemeral: false, from: 'end' })),
    because: /^at a replica 50 of 50 events did not arrive, such as \S+$/,
  },
  {
    rule: filterSelects,
    defect: 'does not filter',
    wrap: withOptions(({ filter: _, ...options }) => options),
    because: /^an event arrived that the filter does not select$/,
  },
  {
    rule: tooLargeIsRefused,
    defect: 'sends what goes before the one that is too large',
    wrap: withPublisher((publisher) => ({
      publish: async (messages) => {
        for (const message of messages) await publisher.publish([message]);
      },
      close: () => publisher.close(),
    })),
    because: /^another event of its call was sent$/,
  },
];

/** Of the rule that runs all others; it is not among those that are exported one by one. */
export const onlyInParallel = {
  defect: 'refuses the subscriptions beyond twenty',
  wrap: limitedTo(20),
  because:
    /^\d+ of \d+ runs failed, such as (rule \d+|contract): ended with Error: Too many subscriptions \(seed 7\)$/,
};
