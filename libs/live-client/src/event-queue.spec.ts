import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.js';
import { FeedTopic } from './feed-topic.js';
import { ProbeHistory, probes, told, type ProbeEvent } from './testing/probe-history.js';

const resync = (cursor: string): ProbeEvent => ({
  ...{ type: 'resync', reason: 'CURSOR_TOO_OLD', snapshot: null, cursor },
});

function drained(queue: EventQueue<ProbeEvent>): ProbeEvent[] {
  const events: ProbeEvent[] = [];
  for (let event = queue.shift(); event; event = queue.shift()) events.push(event);
  return events;
}

describe('EventQueue', () => {
  it('given a consumer of any pace, then it is bounded, keeps order, and ends with the latest state', () => {
    const script = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.constant('take')), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 6 }), (steps, capacity) => {
        const topic = new FeedTopic(probes, '0');
        const queue = new EventQueue(topic, { capacity });
        const history = new ProbeHistory();
        const seen: ProbeEvent[] = [];
        const latest = new Map<string, number>();
        for (const step of steps) {
          if (step === 'take') {
            const event = queue.shift();
            if (event) seen.push(event);
            continue;
          }
          const update = history.change(step);
          latest.set(step, update.version);
          for (const event of topic.received(told(update))) queue.push(event);
          expect(queue.length).toBeLessThanOrEqual(capacity);
        }
        seen.push(...drained(queue));
        const cursors = seen.map(({ cursor }) => Number(cursor));
        expect(cursors).toEqual([...cursors].sort((one, other) => one - other));
        const started = seen.findLastIndex((event) => event.type === 'resync');
        const shown = new Map<string, number>();
        for (const event of seen) {
          if (event.type !== 'updated') continue;
          const before = shown.get(event.probeId) ?? 0;
          expect(event.version).toBeGreaterThan(before);
          if (started < 0) expect(event.conflated).toBe(event.version > before + 1);
          shown.set(event.probeId, event.version);
        }
        if (started < 0) expect(shown).toEqual(latest);
      }),
    );
  });

  it('given a resync, then what waited before it is void', () => {
    const queue = new EventQueue(new FeedTopic(probes));
    const history = new ProbeHistory();
    queue.push(history.change('a'));
    queue.push(resync('4'));
    queue.push(history.change('b'));
    expect(drained(queue).map(({ cursor }) => cursor)).toEqual(['4', '2']);
  });

  it('given more things than it holds, then one resync takes the place of all', () => {
    const topic = new FeedTopic(probes);
    const queue = new EventQueue(topic, { capacity: 2 });
    const history = new ProbeHistory();
    for (const probeId of ['a', 'b', 'c']) {
      const update = history.change(probeId);
      for (const event of topic.received(told(update))) queue.push(event);
    }
    expect(drained(queue)).toEqual([
      { type: 'resync', reason: 'OVERFLOW', snapshot: null, cursor: '3' },
    ]);
  });

  it('given a consumer that wants to see everything, then it is told that it can not', () => {
    const queue = new EventQueue(new FeedTopic(probes), { capacity: 1, overflow: 'error' });
    const history = new ProbeHistory();
    queue.push(history.change('a'));
    expect(() => queue.push(history.change('a'))).toThrow(
      expect.objectContaining({ code: 'OVERFLOW', retryable: false }),
    );
  });

  it('given no room at all, then it is refused', () => {
    expect(() => new EventQueue(new FeedTopic(probes), { capacity: 0 })).toThrow(RangeError);
  });
});
