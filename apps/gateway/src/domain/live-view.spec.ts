import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveView } from './live-view.js';
import type { LiveUpdate } from './live-update.js';

const update = (id: string, version: number, feedSequence: number): LiveUpdate => ({
  id,
  version,
  feedSequence,
  customerId: 'c1',
  occurredAt: new Date(0),
  traceparent: '',
});

function view() {
  const emitted: string[] = [];
  const live = new LiveView((u, position) => emitted.push(`${u.id}${u.version}@${position}`));
  return { live, emitted };
}

const [a1, b1, a2, b2, a3] = [
  update('a', 1, 1),
  update('b', 1, 2),
  update('a', 2, 3),
  update('b', 2, 4),
  update('a', 3, 5),
] as const;

describe('LiveView', () => {
  it('given a subscription, then history comes first and what is live follows without a repeat', () => {
    const { live, emitted } = view();
    live.join('a', 0);
    live.receive(a3);
    live.receive(b1);
    expect(emitted).toEqual([]);
    live.open('a', [a1, a2]);
    live.receive(a3);
    expect(emitted).toEqual(['a1@1', 'a2@3', 'a3@5']);
  });

  it('given a version that got lost on the way, then the next one waits and the gap shows', () => {
    const { live, emitted } = view();
    live.join('a', 1);
    live.open('a', []);
    live.receive(a3);
    expect([emitted, live.line('a')?.gap]).toEqual([[], true]);
    live.receiveAll([a2, a3]);
    expect([emitted, live.line('a')?.gap]).toEqual([['a2@3', 'a3@5'], false]);
  });

  it('given two subscriptions that cover an update, then it is emitted once', () => {
    const { live, emitted } = view();
    live.openFeed(0);
    live.join('a', 0);
    live.receive(a1);
    live.open('a', [a1]);
    for (const one of [b1, a2, b2, a3]) live.receive(one);
    expect(emitted).toEqual(['a1@1', 'b1@2', 'a2@3', 'b2@4', 'a3@5']);
  });

  it('given a feed with a gap, then a subscription waits with it, so that the position stays true', () => {
    const { live, emitted } = view();
    live.openFeed(1);
    live.join('a', 1);
    live.open('a', []);
    live.receive(a2);
    expect([emitted, live.feed?.gap]).toEqual([[], true]);
    live.receive(b1);
    expect(emitted).toEqual(['b1@2', 'a2@3']);
  });

  it('given history read ahead of the feed, then it waits for its turn there, so that no cursor lies behind it', () => {
    const { live, emitted } = view();
    live.openFeed(1);
    live.join('a', 0);
    live.open('a', [a1, a2]);
    for (const one of [b1, a2, b2]) live.receive(one);
    expect(emitted).toEqual(['a1@1', 'b1@2', 'a2@3', 'b2@4']);
  });

  it('given a subscription from an earlier version than before, then only what was left out is emitted', () => {
    const { live, emitted } = view();
    live.join('a', 2);
    live.open('a', [a3]);
    live.extend('a', 0, [a1, a2, a3]);
    live.extend('a', 0, [a1, a2, a3]);
    expect(emitted).toEqual(['a3@5', 'a1@1', 'a2@3']);
  });

  it('given a feed from an earlier position than before, then only what was left out is emitted', () => {
    const { live, emitted } = view();
    live.openFeed(2);
    live.receive(a2);
    live.openFeed(0);
    for (const one of [a1, b1, a2, b2]) live.receive(one);
    expect(emitted).toEqual(['a2@3', 'a1@1', 'b1@2', 'b2@4']);
  });

  it('given a snapshot, then the feed leaves out what the snapshot shows', () => {
    const { live, emitted } = view();
    live.openFeed(1, new Map([['a', 2]]));
    for (const one of [b1, a2, b2, a3]) live.receive(one);
    expect(emitted).toEqual(['b1@2', 'b2@4', 'a3@5']);
  });

  it('given a thing that was left, then nothing of it is emitted', () => {
    const { live, emitted } = view();
    live.join('a', 0);
    live.open('a', []);
    live.leave('a');
    live.receive(a1);
    expect(emitted).toEqual([]);
  });

  it('emits each covered update once and each line in order, for any arrival of losses, repeats and swaps', () => {
    const scenario = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
      .chain((ids) => {
        const versions = new Map<string, number>();
        const log = ids.map((id, index) => {
          const version = (versions.get(id) ?? 0) + 1;
          versions.set(id, version);
          return update(id, version, index + 1);
        });
        return fc.record({
          log: fc.constant(log),
          live: fc.shuffledSubarray([...log, ...log]),
          feedAfter: fc.option(fc.nat(log.length), { nil: undefined }),
          afterVersion: fc.nat(3),
          feedAt: fc.nat(log.length),
          joinAt: fc.nat(log.length),
          openAt: fc.nat(log.length),
        });
      });
    fc.assert(
      fc.property(scenario, ({ log, live, feedAfter, afterVersion, feedAt, joinAt, openAt }) => {
        const emitted: { update: LiveUpdate; position: number; feed: boolean }[] = [];
        const subject: LiveView = new LiveView((one, position) =>
          emitted.push({ update: one, position, feed: subject.feed !== undefined }),
        );
        const history = log.filter((one) => one.id === 'a' && one.version > afterVersion);
        live.forEach((one, index) => {
          if (index === feedAt && feedAfter !== undefined) subject.openFeed(feedAfter);
          if (index === joinAt) subject.join('a', afterVersion);
          if (index === Math.max(joinAt, openAt)) subject.open('a', history);
          subject.receive(one);
        });
        if (feedAfter !== undefined && !subject.feed) subject.openFeed(feedAfter);
        if (!subject.line('a')) subject.join('a', afterVersion);
        subject.open('a', history);
        for (const one of log) subject.receive(one);

        const covered = log.filter(
          (one) => history.includes(one) || (feedAfter ?? log.length) < one.feedSequence,
        );
        const sequences = emitted.map((one) => one.update.feedSequence);
        expect([...sequences].sort((x, y) => x - y)).toEqual(covered.map((o) => o.feedSequence));
        if (feedAfter === undefined) {
          expect(emitted.map((one) => one.update)).toEqual(history);
          return;
        }
        // Whoever is cut off after any of these and resumes after its position has missed nothing.
        emitted.forEach(({ position, feed }, index) => {
          const seen = new Set(sequences.slice(0, index + 1));
          const owed = log.filter((one) => feed && one.feedSequence > feedAfter);
          for (const { feedSequence } of owed) {
            expect(feedSequence > position || seen.has(feedSequence)).toBe(true);
          }
        });
      }),
    );
  });
});
