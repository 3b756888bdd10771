import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { ChoreRequested } from '@mesh/contracts/catalog/probe';
import { JobCancelled, JobPlaced } from '@mesh/contracts/catalog/probe';
import type { EventDefinition } from '@mesh/contracts';
import { describe, expect, test } from 'vitest';
import type { EventHandlerOptions } from './event-handler.decorator.js';
import { checkFeatures, planSubscriptions, type FoundHandler } from './subscription-plan.js';

function handler(
  name: string,
  definition: unknown,
  options: EventHandlerOptions = {},
): FoundHandler {
  return { name, definition: definition as EventDefinition, options, handle: async () => {} };
}

const plan = (handlers: readonly FoundHandler[], hasDatabase = true) =>
  planSubscriptions(handlers, { group: 'tiny', hasDatabase });

describe('planSubscriptions', () => {
  test('given handlers of two streams and two groups, when planned, then one subscription for each', () => {
    const planned = plan([
      handler('A.placed', JobPlaced),
      handler('A.cancelled', JobCancelled, { concurrency: 4 }),
      handler('B.gauge', GaugeChanged),
      handler('C.mail', ChoreRequested, { group: 'tiny.chore', filter: ['chore.#'], from: 'end' }),
    ]);
    expect(planned.map(({ subscribe, handlers }) => [subscribe, [...handlers.keys()]])).toEqual([
      [
        { source: 'mesh.probe.v1', group: 'tiny', concurrency: 4 },
        ['mesh.probe.v1.JobPlaced', 'mesh.probe.v1.JobCancelled'],
      ],
      [{ source: 'mesh.gauge.v1', group: 'tiny' }, ['mesh.probe.v1.GaugeChanged']],
      [
        { source: 'mesh.probe', group: 'tiny.chore', filter: ['chore.#'], from: 'end' },
        ['mesh.probe.v1.ChoreRequested'],
      ],
    ]);
  });

  test('given an ephemeral group, when planned, then it keeps its name, by which dead letters are found after a restart', () => {
    const [planned] = plan([
      handler('A.placed', JobPlaced, {
        ephemeral: true,
        delivery: 'at-most-once',
        filter: ['a'],
      }),
      handler('A.cancelled', JobCancelled, {
        ephemeral: true,
        delivery: 'at-least-once',
        filter: ['b', 'a'],
      }),
    ]);
    expect(planned).toMatchObject({
      group: 'tiny',
      subscribe: { group: 'tiny', ephemeral: true, filter: ['a', 'b'] },
    });
  });

  test('given one handler without a filter, when planned, then the group gets everything', () => {
    const [planned] = plan([
      handler('A', JobPlaced, { filter: ['a'] }),
      handler('B', JobCancelled),
    ]);
    expect(planned?.subscribe).toEqual({ source: 'mesh.probe.v1', group: 'tiny' });
  });

  test('given handlers that share their transactions, when planned, then the bounds of a batch are set', () => {
    const [planned] = plan([
      handler('A.placed', JobPlaced, { batch: true }),
      handler('A.cancelled', JobCancelled, { batch: { count: 10 } }),
    ]);
    expect([...planned!.handlers.values()].map(({ batch }) => batch)).toEqual([
      { count: 250, bytes: 4 * 1024 * 1024 },
      { count: 10, bytes: 4 * 1024 * 1024 },
    ]);
    expect(planned?.subscribe).not.toHaveProperty('window');
  });

  test('given large batches, when planned, then the window has room for two', () => {
    const [planned] = plan([handler('A.placed', JobPlaced, { batch: true })]);
    expect(planned?.subscribe.window).toEqual({ count: 500 });
  });

  test.each([
    [
      'a batch without a transaction',
      [handler('A.on', JobPlaced, { batch: true, delivery: 'at-least-once' })],
      "A.on can't be in a batch with delivery: 'at-least-once': what a batch shares is the transaction of effectively-once",
    ],
    [
      'a batch that a breaker is around',
      [handler('A.on', JobPlaced, { batch: true, breaker: {} })],
      'A.on can\'t have both "batch" and "breaker": a batch does nothing but SQL in one transaction',
    ],
    [
      'two handlers of an event in a group',
      [handler('A.on', JobPlaced), handler('B.on', JobPlaced, { group: 'tiny' })],
      'A.on and B.on both handle mesh.probe.v1.JobPlaced in the group "tiny"; give one of them a group of its own',
    ],
    [
      'effectively once in an ephemeral group',
      [handler('A.on', JobPlaced, { ephemeral: true })],
      "A.on can't be effectively once in an ephemeral group; choose at-least-once or at-most-once",
    ],
    [
      'at most once in a group that lasts',
      [handler('A.on', JobPlaced, { delivery: 'at-most-once' })],
      "A.on can't be at most once in a group that outlives the process; make it ephemeral",
    ],
    [
      'options that contradict each other',
      [handler('A.on', JobPlaced, { from: 'end' }), handler('B.on', JobCancelled)],
      'A.on and B.on share a group and differ in "from"; they must agree or be in different groups',
    ],
    [
      'retries of what is delivered at most once',
      [handler('A.on', JobPlaced, { delivery: 'at-most-once', ephemeral: true, retry: {} })],
      `A.on can't have "retry": an event that fails at most once is gone`,
    ],
    [
      'an inbox by key on a work stream',
      [handler('A.on', ChoreRequested, { inbox: 'by-key' })],
      `A.on can't have inbox: 'by-key', which needs every event of a key in order: "mesh.probe" is a work stream, which keeps no order; choose 'by-event'`,
    ],
    [
      'an inbox by key behind a filter',
      [handler('A.on', JobPlaced, { inbox: 'by-key', filter: ['a'] })],
      'the filter of A.on leaves some out',
    ],
    [
      'an inbox by key without a transaction',
      [handler('A.on', JobPlaced, { inbox: 'by-key', delivery: 'at-least-once' })],
      "A.on can't be at-least-once in a group with inbox: 'by-key'",
    ],
    [
      'inboxes that differ within a group',
      [handler('A.on', JobPlaced, { inbox: 'by-key' }), handler('B.on', JobCancelled)],
      'A.on and B.on share a group and differ in "inbox"',
    ],
  ])('given %s, when planned, then is refused', (_, handlers, message) => {
    expect(() => plan(handlers)).toThrow(message);
  });

  test('given an inbox by key, when the transport keeps no order, then is refused by that name', () => {
    const [planned] = plan([handler('A.on', JobPlaced, { inbox: 'by-key', onFailure: 'skip' })]);
    const features = { persistent: true, consumerGroups: true, replay: true, ordering: false };
    expect(() => checkFeatures(planned!, { name: 'amqp', features: features as never })).toThrow(
      `A.on asks for inbox: 'by-key', which needs "ordering"; the amqp transport does not offer it`,
    );
    expect(planned?.inbox).toBe('by-key');
  });

  test('given retries that wait in the broker, when planned, then the subscription asks for it, and parking a key is refused', () => {
    const on = (onFailure?: 'skip') =>
      handler('A.on', JobPlaced, { retryVia: 'broker', ...(onFailure && { onFailure }) });
    expect(plan([on('skip')])[0]?.subscribe.redelivery).toEqual({ via: 'broker' });
    expect(() => plan([on()])).toThrow(
      "A.on can't park keys (onFailure: 'park-key') while its failed events wait in the broker: later ones of a key overtake them; choose onFailure: 'skip' or retryVia: 'memory'",
    );
  });

  test('given effectively once and no database, when planned, then is refused', () => {
    expect(() => plan([handler('A.on', JobPlaced)], false)).toThrow(
      "A.on can't be effectively once without a database; register DatabaseModule, or choose another delivery",
    );
  });

  test('given park-key and no database, when planned, then is refused', () => {
    const options = { delivery: 'at-least-once', onFailure: 'park-key' } as const;
    expect(() => plan([handler('A.on', JobPlaced, options)], false)).toThrow(
      "A.on can't park keys without a database; register DatabaseModule, or choose onFailure: 'skip'",
    );
  });

  test.each([
    ['ordering', {}, `onFailure: 'park-key', which needs "ordering"`],
    ['persistent', {}, `delivery: 'effectively-once', which needs "persistent"`],
    ['consumerGroups', {}, 'a group that replicas share, which needs "consumerGroups"'],
    ['replay', { from: 'start' }, `from: 'start', which needs "replay"`],
    ['delay', { retryVia: 'broker', onFailure: 'skip' }, `retryVia: 'broker', which needs "delay"`],
  ] as const)(
    'given a transport without %s, when subscribed, then is refused',
    (lacking, options, what) => {
      const [planned] = plan([handler('A.on', JobPlaced, options)]);
      const all = {
        ordering: true,
        consumerGroups: true,
        persistent: true,
        replay: true,
        delay: true,
        priority: true,
        expiry: true,
      };
      const without = { name: 'amqp' as const, features: { ...all, [lacking]: false } };
      expect(() => checkFeatures(planned!, without)).toThrow(
        `A.on asks for ${what}; the amqp transport does not offer it`,
      );
      expect(() => checkFeatures(planned!, { name: 'amqp', features: all })).not.toThrow();
    },
  );
});
