import { createRequire } from 'node:module';

/**
 * kafkajs 2.2.4 is what the ecosystem uses and is unmaintained, so three of its internals are changed
 * here, when this module is imported and before a client is made. Each change names its defect; the
 * spec beside this file fails when kafkajs no longer has what is patched.
 */
export const patchedVersion = '2.2.4';

interface RequestQueue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** A member of a consumer group, inside kafkajs. */
export interface GroupMember {
  /** Null before it joins for the first time. */
  memberId: string | null;
}

interface ConsumerGroup extends GroupMember {
  readonly assigners: readonly { beforeJoin?(member: GroupMember): Promise<void> }[];
  joinAndSync(): Promise<void>;
}

interface Cluster {
  findControllerBroker(): Promise<{ findGroupCoordinator(group: object): Promise<unknown> }>;
  findGroupCoordinatorMetadata(group: object): Promise<unknown>;
}

const CHECK_INTERVAL_MS = 10;
const require = createRequire(import.meta.url);
const internal = <T>(path: string) =>
  (require(`kafkajs/src/${path}`) as { prototype: T }).prototype;

/**
 * The original sets a timer in the past whenever nothing is pending: Node warns
 * (TimeoutNegativeWarning) and runs it every millisecond for as long as the client lives.
 * @see https://github.com/tulios/kafkajs/issues/1751
 */
function checkPendingRequestsOnlyWhenThereAreSome(queue: RequestQueue): void {
  queue.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId !== null) return;
    const throttledMs = this.throttledUntil - Date.now();
    if (throttledMs <= 0 && this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS,
    );
  };
}

/**
 * The original gives partitions away in a rebalance without telling anybody first, and a consumer
 * that is started again joins as a stranger: the group then waits a whole session timeout for its
 * former self. Here an assigner may have a `beforeJoin`, which is awaited before the consumer joins:
 * handlers end and their offsets are committed while the partitions are still its own, and a new
 * consumer takes its former member id.
 */
function askAssignersBeforeJoining(group: ConsumerGroup): void {
  const { joinAndSync } = group;
  group.joinAndSync = async function () {
    for (const assigner of this.assigners) await assigner.beforeJoin?.(this);
    return joinAndSync.call(this);
  };
}

/**
 * The original says of every failure that there is no coordinator, also when the broker refuses the group:
 * what somebody has to mend would look like a broker that is away. Here the broker's own word is its cause.
 */
function tellWhyThereIsNoCoordinator(cluster: Cluster): void {
  const { findGroupCoordinatorMetadata } = cluster;
  cluster.findGroupCoordinatorMetadata = async function (group) {
    try {
      return await findGroupCoordinatorMetadata.call(this, group);
    } catch (error) {
      try {
        return await (await this.findControllerBroker()).findGroupCoordinator(group);
      } catch (cause) {
        throw Object.assign(error as Error, { cause });
      }
    }
  };
}

checkPendingRequestsOnlyWhenThereAreSome(internal('network/requestQueue'));
askAssignersBeforeJoining(internal('consumer/consumerGroup'));
tellWhyThereIsNoCoordinator(internal('cluster'));
