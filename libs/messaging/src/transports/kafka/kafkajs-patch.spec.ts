import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { patchedVersion, type GroupMember } from './kafkajs-patch.js';

const require = createRequire(import.meta.url);
const { version } = require('kafkajs/package.json') as { version: string };

/** The queue of a connection that has nothing to send. */
function requestQueue() {
  const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: unknown;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
    maybeThrottle(forMs: number): void;
  };
  return new RequestQueue({ logger: { debug: () => {} } });
}

it('is made for the kafkajs that is installed', () => {
  expect(version).toBe(patchedVersion);
});

it('given nothing to send, then no timer is set', () => {
  const queue = requestQueue();
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
});

it('given a throttled connection, then what waits is sent when the throttling ends', () => {
  vi.useFakeTimers();
  try {
    const queue = requestQueue();
    queue.maybeThrottle(50);
    const send = vi.fn();
    queue.pending.push({ send, expectResponse: true });
    queue.scheduleCheckPendingRequests();
    vi.advanceTimersByTime(49);
    expect(send).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(send).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});

it('asks assigners, and waits for them, before a consumer joins its group', async () => {
  const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup') as {
    prototype: { joinAndSync(): Promise<void> };
  };
  const order: string[] = [];
  const group = {
    memberId: null,
    assigners: [
      {
        beforeJoin: async (member: GroupMember) => {
          order.push('asked');
          member.memberId = 'former self';
        },
      },
      {},
    ],
    retrier: async () => void order.push(`joins as ${group.memberId}`),
  };
  await ConsumerGroup.prototype.joinAndSync.call(group);
  expect(order).toEqual(['asked', 'joins as former self']);
});

it('given a broker that refuses a group, when its coordinator is looked for, then its word is the cause', async () => {
  const Cluster = require('kafkajs/src/cluster') as {
    prototype: { findGroupCoordinatorMetadata(group: object): Promise<unknown> };
  };
  const refusal = Object.assign(new Error('No'), { type: 'GROUP_AUTHORIZATION_FAILED' });
  const cluster = Object.assign(Object.create(Cluster.prototype) as typeof Cluster.prototype, {
    // As the pool of brokers does: one that fails is passed over.
    brokerPool: { withBroker: () => Promise.resolve(null) },
    findControllerBroker: async () => ({ findGroupCoordinator: () => Promise.reject(refusal) }),
  });
  await expect(cluster.findGroupCoordinatorMetadata({ groupId: 'g' })).rejects.toMatchObject({
    message: 'Failed to find group coordinator',
    cause: refusal,
  });
});
