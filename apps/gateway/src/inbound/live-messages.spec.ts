import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counters, probes } from '../use-cases/testing/probe-resources.js';
import { Subscriptions } from './live-messages.js';

const usage = 'Send {probeId, afterVersion}, {feed: "probes", cursor?} or {feed: "counters"}';
const subscriptions = new Subscriptions({ resources: [probes], states: [counters] });

describe('Subscriptions', () => {
  it.each([
    [
      { probeId: 'a-1', afterVersion: 3 },
      { kind: 'one', resource: probes, id: 'a-1', afterVersion: 3 },
    ],
    [{ probeId: 'a-1' }, { kind: 'one', resource: probes, id: 'a-1', afterVersion: 0 }],
    [{ feed: 'probes' }, { kind: 'feed', resource: probes, cursor: undefined }],
    [
      { feed: 'probes', cursor: null },
      { kind: 'feed', resource: probes, cursor: undefined },
    ],
    [
      { feed: 'probes', cursor: 'x' },
      { kind: 'feed', resource: probes, cursor: 'x' },
    ],
    [{ feed: 'counters' }, { kind: 'states', resource: counters, versions: undefined }],
    [
      { feed: 'counters', versions: { a: 2 } },
      { kind: 'states', resource: counters, versions: { a: 2 } },
    ],
  ])('takes %j', (message, expected) => {
    expect(subscriptions.parse(message)).toEqual(expected);
  });

  it.each([
    [undefined, usage],
    ['probes', usage],
    [[], usage],
    [{ feed: 'all' }, usage],
    [{ probeId: 5 }, 'probeId: must be a string'],
    [{ probeId: '../../etc' }, 'probeId: must be the id of a probe'],
    [{ probeId: 'a', afterVersion: -1 }, 'afterVersion: must be a whole number from 0'],
    [{ probeId: 'a', afterVersion: 1.5 }, 'afterVersion: must be a whole number from 0'],
    [{ probeId: 'a', feed: 'probes' }, 'Unknown field "feed"'],
    [{ feed: 'probes', cursor: 7 }, 'cursor: must be a string'],
    [{ feed: 'counters', sku: 'x' }, 'Unknown field "sku"'],
    [{ feed: 'counters', versions: 3 }, 'versions: must be versions by name'],
  ])('refuses %j and says why', (message, fault) => {
    expect(subscriptions.parse(message)).toEqual({ fault });
  });

  it('given states that customers own, then takes at most 100 versions', () => {
    const owned = new Subscriptions({ resources: [], states: [{ ...counters, isOwned: true }] });
    const versions = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${at}`, 1]));
    expect(owned.parse({ feed: 'counters', versions: versions(100) })).toMatchObject({
      kind: 'states',
    });
    expect(owned.parse({ feed: 'counters', versions: versions(101) })).toEqual({
      fault: 'versions: must be at most 100',
    });
  });

  it('given nothing to follow, then it says so', () => {
    const none = new Subscriptions({ resources: [], states: [] });
    expect(none.parse({ feed: 'probes' })).toEqual({
      fault: 'There is nothing to subscribe to: nothing here is live',
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(subscriptions.parse(message)).toBeTypeOf('object');
      }),
    );
  });
});
