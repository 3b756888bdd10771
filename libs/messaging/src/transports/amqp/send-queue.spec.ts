import { describe, expect, it } from 'vitest';
import { PublishCall } from '../../publish/publish-call.js';
import { SendQueue, type Queued } from './send-queue.js';

function queued(order: string | null, routingKey: string): Queued {
  const target = { kind: 'exchange', name: 'test' } as const;
  const out = {
    target,
    exchange: 'test',
    routingKey,
    content: Buffer.alloc(10),
    options: {},
    order,
    bytes: 10,
  };
  return { out, call: new PublishCall(1), index: 0, deadline: 100 };
}

function queueOf(...messages: readonly Queued[]): SendQueue {
  const queue = new SendQueue();
  for (const message of messages) queue.add(message);
  return queue;
}

describe('SendQueue', () => {
  it('given two messages of an order, then the second is sent when the first is confirmed', () => {
    const [a1, a2, b1] = [queued('a', 'a1'), queued('a', 'a2'), queued('b', 'b1')];
    const queue = queueOf(a1, a2, b1);
    expect([queue.takeFirst(), queue.takeFirst(), queue.takeFirst()]).toEqual([a1, null, b1]);
    expect(queue.flying).toEqual({ count: 2, bytes: 20 });
    expect(queue.land(a1)).toBe(true);
    expect(queue.takeNext('a')).toBe(a2);
    expect(queue.land(a1)).toBe(false);
    expect(queue.size).toBe(2);
  });

  it('given a message is refused, then all behind it in its order come out, others stay', () => {
    const [a1, a2, b1, a3] = [
      queued('a', 'a1'),
      queued('a', 'a2'),
      queued('b', 'b1'),
      queued('a', 'a3'),
    ];
    const queue = queueOf(a1, a2, b1, a3);
    queue.takeFirst();
    queue.takeFirst();
    queue.land(a1);
    expect(queue.removeOrder('a')).toEqual([a2, a3]);
    expect(queue.takeFirst()).toBe(b1);
    expect(queue.size).toBe(1);
  });

  it('given an order is empty again, then its next message is sent at once', () => {
    const [a1, a2] = [queued('a', 'a1'), queued('a', 'a2')];
    const queue = queueOf(a1);
    queue.takeFirst();
    queue.land(a1);
    expect(queue.takeNext('a')).toBeNull();
    queue.add(a2);
    expect(queue.takeFirst()).toBe(a2);
  });
});
