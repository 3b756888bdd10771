import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderEvent, OrdersEvent } from './events.js';
import { OrderTopic } from './order-topic.js';
import { OrdersTopic } from './orders-topic.js';
import { StockTopic } from './stock-topic.js';
import { OrderHistory, told } from './testing/order-history.js';
import type { Topic } from './topic.js';

/** What happens to one subscription, in any order; `lost`: so many of what was sent last never arrive. */
type Step =
  | { readonly kind: 'change'; readonly orderId: string }
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
  return fc.record({ kind: fc.constant('change' as const), orderId: fc.constantFrom('a', 'b') });
}

/** Runs a topic against a history over connections that are cut at any point; what its consumer saw. */
function watched<Event extends OrderEvent | OrdersEvent>(
  topic: Topic<Event>,
  script: readonly Step[],
): { readonly seen: string[]; readonly history: OrderHistory } {
  const history = new OrderHistory();
  const seen: string[] = [];
  let sent: ReturnType<OrderHistory['after']> = [];
  const deliver = (updates: readonly OrderHistory['updates'][number][]) => {
    for (const update of updates) {
      for (const event of topic.received(told(update))) {
        if (event.type === 'updated') seen.push(`${event.orderId}${event.version}`);
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
      const update = history.change(step.orderId);
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

const expected = (history: OrderHistory) =>
  history.updates.map(({ orderId, version }) => `${orderId}${version}`);

const feedHolds = (make: () => Topic<OrdersEvent>) =>
  fc.property(steps, (script) => {
    const { seen, history } = watched(make(), script);
    expect(seen).toEqual(expected(history));
  });

const orderHolds = (make: () => Topic<OrderEvent>) =>
  fc.property(steps, (script) => {
    const { seen, history } = watched(make(), script);
    expect(seen).toEqual(expected(history).filter((name) => name.startsWith('a')));
  });

describe('the place of a subscription', () => {
  it('given connections cut anywhere and repeats, then the feed tells each update once, in order', () => {
    fc.assert(feedHolds(() => new OrdersTopic()));
  });

  it('given the same, then an order tells each of its versions once, in order', () => {
    fc.assert(orderHolds(() => new OrderTopic('a', 0)));
  });

  it.each([
    [
      'asks again from the beginning',
      class extends OrdersTopic {
        readonly #first = super.request();
        override request() {
          return this.#first;
        }
      },
    ],
    [
      'hands on whatever comes',
      class extends OrdersTopic {
        override received(message: Parameters<OrdersTopic['received']>[0]) {
          super.received(message);
          return message.name === 'order.updated' ? [message.update] : [];
        }
      },
    ],
  ])('a feed that %s is found out', (_, Defect) => {
    expect(fc.check(feedHolds(() => new Defect())).failed).toBe(true);
  });

  it('an order that forgets its version is found out', () => {
    class Forgetful extends OrderTopic {
      override request() {
        return { orderId: 'a', afterVersion: 99 };
      }
    }
    expect(fc.check(orderHolds(() => new Forgetful('a', 0))).failed).toBe(true);
  });
});

describe('the orders feed', () => {
  const history = () => {
    const made = new OrderHistory();
    return { updates: ['a', 'a', 'b'].map((orderId) => made.change(orderId)) };
  };

  it('given a snapshot, then it goes on behind that, and drops what the snapshot shows', () => {
    const topic = new OrdersTopic('3');
    const [, second, other] = history().updates;
    const snapshot = { items: [{ orderId: 'a', version: 2 }], nextCursor: null };
    const resync = { type: 'resync', reason: 'CURSOR_TOO_OLD', snapshot, cursor: '9' } as never;
    expect(topic.received({ name: 'resync', orderId: undefined, resync })).toEqual([resync]);
    expect(topic.request()).toEqual({ feed: 'orders', cursor: '9' });
    expect(topic.received(told(second!))).toEqual([]);
    expect(topic.received(told(other!))).toHaveLength(1);
  });

  it('given a cursor that is refused, then it asks from now on and tells the consumer to start over', () => {
    const topic = new OrdersTopic('forged');
    expect(topic.refused('CURSOR_INVALID')).toBe(true);
    expect(topic.request()).toEqual({ feed: 'orders' });
    expect(topic.granted('7')).toEqual([
      { type: 'resync', reason: 'CURSOR_INVALID', snapshot: null, cursor: '7' },
    ]);
    expect(topic.granted('7')).toEqual([]);
    expect(topic.request()).toEqual({ feed: 'orders', cursor: '7' });
  });

  it('given a request without a cursor that is refused, then asking again does not help', () => {
    expect(new OrdersTopic().refused('CURSOR_INVALID')).toBe(false);
    expect(new OrdersTopic('3').refused('FORBIDDEN')).toBe(false);
  });

  it('given versions that were left out on the way, then that is told', () => {
    const topic = new OrdersTopic();
    const made = new OrderHistory();
    const [first, , third] = [made.change('a'), made.change('a'), made.change('a')];
    const conflated = [first, third].map((update) => topic.received(told(update))[0]);
    expect(conflated).toMatchObject([{ conflated: false }, { version: 3, conflated: true }]);
  });
});

describe('an order', () => {
  it('given its history is gone, then it goes on behind the snapshot, also when that is older', () => {
    const topic = new OrderTopic('a', 7);
    const snapshot = { items: [{ orderId: 'a', version: 4 }], nextCursor: null };
    const resync = { type: 'resync', reason: 'VERSION_AHEAD', snapshot, cursor: '9' } as never;
    expect(topic.received({ name: 'resync', orderId: 'b', resync })).toEqual([]);
    expect(topic.received({ name: 'resync', orderId: 'a', resync })).toEqual([resync]);
    expect(topic.request()).toEqual({ orderId: 'a', afterVersion: 4 });
  });
});

describe('the stock', () => {
  const stock = (sku: string, version: number) => {
    const update = { type: 'updated', sku, available: version, version } as const;
    return { name: 'stock.updated', update } as const;
  };

  it('drops what is not newer, and tells after a reconnect that something may be missed', () => {
    const topic = new StockTopic();
    expect(topic.granted()).toEqual([]);
    const versions = [2, 1, 2, 3].flatMap((version) => topic.received(stock('CUP', version)));
    expect(versions).toMatchObject([{ version: 2 }, { version: 3 }]);
    expect(topic.granted()).toEqual([{ type: 'resync', reason: 'RECONNECTED' }]);
    expect(topic.received(stock('CUP', 1))).toHaveLength(1);
  });
});
