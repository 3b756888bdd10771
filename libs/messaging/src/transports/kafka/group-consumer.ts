import kafkajs, { type Consumer } from 'kafkajs';
import { createClient } from './client.js';
import type { GroupMember } from './kafkajs-patch.js';
import type { KafkaSettings } from './options.js';

/** An empty fetch waits that long at the broker, which bounds how soon a rebalance is noticed. */
const FETCH_WAIT_MS = 500;
export const HEARTBEAT_MS = 500;

/**
 * A consumer that asks before it joins its group, and that nobody but its owner starts again. With
 * an instance id it is a static member.
 */
export function createGroupConsumer(
  settings: KafkaSettings,
  groupId: string,
  beforeJoin: (member: GroupMember) => Promise<void>,
  groupInstanceId?: string,
): Consumer {
  return createClient(settings).consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: 2 * settings.sessionTimeoutMs,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    partitionAssigners: [
      (config) => ({
        ...kafkajs.PartitionAssigners.roundRobin(config),
        ...{ beforeJoin, groupInstanceId },
      }),
    ],
  });
}
