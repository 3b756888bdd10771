import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeedTopic } from './feed-topic.js';
import { OneTopic } from './one-topic.js';
import { StatesTopic } from './states-topic.js';
import {
  counters,
  ProbeHistory,
  probes,
  told,
  type Probe,
  type ProbeEvent,
  type Shown,
} from './testing/probe-history.js';
import type { Message } from './messages.js';
import type { Topic } from './topic.js';

/** What happens to one subscription, in any order; `lost`: so many of what was sent last never arrive. */
type Step =
  | { readonly kind: 'change'; readonly probeId: string }
  | { readonly kind: 'cut'; readonly lost: number }
  | { readonly kind: 'repeat'; readonly back: number };

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: change() },
    fc.record({ kind: fc.constant('cut' as const), lost: fc.nat(4) }),
    fc.record({ kind: fc.constant('repeat' as const), back: fc.nat(4) }),
  ),
  { maxLength: 60 },
);

function change() {
  return fc.record({ kind: fc.constant('change' as const), probeId: fc.constantFrom('a', 'b') });
}

/** Runs a topic against a history over connections that are cut at any point; what its consumer saw. */
function watched(
  topic: Topic<ProbeEvent>,
  script: readonly Step[],
): { readonly seen: string[]; readonly history: ProbeHistory } {
  const history = new ProbeHistory();
  const seen: string[] = [];
  let sent: ReturnType<ProbeHistory['after']> = [];
  const deliver = (updates: readonly ProbeHistory['updates'][number][]) => {
    for (const update of updates) {
      for (const event of topic.received(told(update))) {
        if (event.type === 'updated') seen.push(`${event.probeId}${event.version}`);
      }
    }
  };
  const flush = () => deliver(sent.splice(0));
  const connect = () => {
    const request = topic.request();
    topic.granted(history.cursor);
    sent = history.after(request);
  };
  connect();
  for (const step of script) {
    if (step.kind === 'change') {
      const update = history.change(step.probeId);
      sent.push(update);
    } else if (step.kind === 'cut') {
      deliver(sent.slice(0, Math.max(0, sent.length - step.lost)));
      connect();
    } else {
      flush();
      deliver(history.updates.slice(-step.back - 1));
    }
  }
  flush();
  return { seen, history };
}

const expected = (history: ProbeHistory) =>
  history.updates.map(({ probeId, version }) => `${probeId}${version}`);

const feedHolds = (make: () => Topic<ProbeEvent>) =>
  fc.property(steps, (script) => {
    const { seen, history } = watched(make(), script);
    expect(seen).toEqual(expected(history));
  });

const orderHolds = (make: () => Topic<ProbeEvent>) =>
  fc.property(steps, (script) => {
    const { seen, history } = watched(make(), script);
    expect(seen).toEqual(expected(history).filter((name) => name.startsWith('a')));
  });

describe('the place of a subscription', () => {
  it('given connections cut anywhere and repeats, then the feed tells each update once, in order', () => {
    fc.assert(feedHolds(() => new FeedTopic(probes)));
  });

  it('given the same, then a single thing tells each of its versions once, in order', () => {
    fc.assert(orderHolds(() => new OneTopic(probes, 'a', 0)));
  });

  it.each([
    [
      'asks again from the beginning',
      class extends FeedTopic<Probe, Shown> {
        readonly #first = super.request();
        override request() {
          return this.#first;
        }
      },
    ],
    [
      'hands on whatever comes',
      class extends FeedTopic<Probe, Shown> {
        override received(message: Message) {
          super.received(message);
          return [message.fields as unknown as ProbeEvent];
        }
      },
    ],
  ])('a feed that %s is found out', (_, Defect) => {
    expect(fc.check(feedHolds(() => new Defect(probes))).failed).toBe(true);
  });

  it('a single thing that forgets its version is found out', () => {
    class Forgetful extends OneTopic<Probe, Shown> {
      override request() {
        return { probeId: 'a', afterVersion: 99 };
      }
    }
    expect(fc.check(orderHolds(() => new Forgetful(probes, 'a', 0))).failed).toBe(true);
  });
});

describe('the feed', () => {
  const history = () => {
    const made = new ProbeHistory();
    return { updates: ['a', 'a', 'b'].map((probeId) => made.change(probeId)) };
  };

  it('given a snapshot, then it goes on behind that, and drops what the snapshot shows', () => {
    const topic = new FeedTopic(probes, '3');
    const [, second, other] = history().updates;
    const snapshot = { items: [{ probeId: 'a', version: 2 }], nextCursor: null };
    const resync = { type: 'resync', reason: 'CURSOR_TOO_OLD', snapshot, cursor: '9' } as const;
    expect(topic.received({ name: 'resync', fields: resync })).toEqual([resync]);
    expect(topic.request()).toEqual({ feed: 'probes', cursor: '9' });
    expect(topic.received(told(second!))).toEqual([]);
    expect(topic.received(told(other!))).toHaveLength(1);
  });

  it('given a cursor that is refused, then it asks from now on and tells the consumer to start over', () => {
    const topic = new FeedTopic(probes, 'forged');
    expect(topic.refused('CURSOR_INVALID')).toBe(true);
    expect(topic.request()).toEqual({ feed: 'probes' });
    expect(topic.granted('7')).toEqual([
      { type: 'resync', reason: 'CURSOR_INVALID', snapshot: null, cursor: '7' },
    ]);
    expect(topic.granted('7')).toEqual([]);
    expect(topic.request()).toEqual({ feed: 'probes', cursor: '7' });
  });

  it('given a request without a cursor that is refused, then asking again does not help', () => {
    expect(new FeedTopic(probes).refused('CURSOR_INVALID')).toBe(false);
    expect(new FeedTopic(probes, '3').refused('FORBIDDEN')).toBe(false);
  });

  it('given versions that were left out on the way, then that is told', () => {
    const topic = new FeedTopic(probes);
    const made = new ProbeHistory();
    const [first, , third] = [made.change('a'), made.change('a'), made.change('a')];
    const conflated = [first, third].map((update) => topic.received(told(update))[0]);
    expect(conflated).toMatchObject([{ conflated: false }, { version: 3, conflated: true }]);
  });
});

describe('a single thing', () => {
  it('given its history is gone, then it goes on behind the snapshot, also when that is older', () => {
    const topic = new OneTopic(probes, 'a', 7);
    const snapshot = { items: [{ probeId: 'a', version: 4 }], nextCursor: null };
    const resync = { type: 'resync', reason: 'VERSION_AHEAD', snapshot, cursor: '9' } as const;
    expect(topic.received({ name: 'resync', fields: { ...resync, probeId: 'b' } })).toEqual([]);
    expect(topic.received({ name: 'resync', fields: { ...resync, probeId: 'a' } })).toEqual([
      resync,
    ]);
    expect(topic.request()).toEqual({ probeId: 'a', afterVersion: 4 });
  });
});

describe('states', () => {
  const counter = (name: string, version: number) => ({
    name: 'counter.updated',
    fields: { name, count: version, version },
  });

  it('drops what is not newer, and tells after a reconnect that something may be missed', () => {
    const topic = new StatesTopic(counters);
    expect(topic.granted()).toEqual([]);
    const versions = [2, 1, 2, 3].flatMap((version) => topic.received(counter('CUP', version)));
    expect(versions).toMatchObject([{ version: 2 }, { version: 3 }]);
    expect(topic.granted()).toEqual([{ type: 'resync', reason: 'RECONNECTED' }]);
    expect(topic.received(counter('CUP', 1))).toHaveLength(1);
  });
});
