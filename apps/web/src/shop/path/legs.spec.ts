import { describe, expect, it } from 'vitest';
import type { Order } from '../shop-api.js';
import type { Story } from '../state/stories.js';
import type { Span } from '../state/trace.js';
import { barOf, legsOf, traceIdsOf } from './legs.js';

const t0 = Date.parse('2026-11-21T10:00:00.000Z');
const trace = 'a'.repeat(32);
const at = (ms: number) => new Date(t0 + ms).toISOString();
const money = { amountMinor: 1200, currency: 'EUR' };
const order: Order = {
  ...{ orderId: 'o-1', status: 'CONFIRMED', version: 2, total: money },
  lines: [{ sku: 'MUG-BLUE', quantity: 1, unitPrice: money }],
  createdAt: at(10),
  updatedAt: at(30),
};
const traceparent = `00-${trace}-${'b'.repeat(16)}-01`;
const placed: Story = {
  clicks: [{ what: 'place', traceId: trace, spanId: 's0', clickedAt: t0, answeredAt: t0 + 20 }],
  changes: [
    { version: 1, status: 'PLACED', occurredAt: at(10), traceparent, seenAt: t0 + 25 },
    { version: 2, status: 'CONFIRMED', occurredAt: at(30), traceparent, seenAt: t0 + 50 },
  ],
};
const span = (
  spanId: string,
  parentSpanId: string | undefined,
  [service, kind, name]: readonly [string, Span['kind'], string],
  [start, end]: readonly [number, number],
  attributes: Span['attributes'] = {},
): Span => ({
  ...{ spanId, name, kind, service, attributes, start: t0 + start, end: t0 + end },
  ...(parentSpanId ? { parentSpanId } : {}),
  status: 'unset',
});
const log = { 'messaging.system.name': 'kafka' };
const spans = [
  span('s0', undefined, ['web', 'client', 'place order'], [0, 20]),
  span('s1', 's0', ['gateway', 'server', 'POST /v1/orders'], [2, 18]),
  span('s2', 's1', ['order', 'server', 'mesh.order.v1.OrderService/PlaceOrder'], [4, 16]),
  span('s3', 's2', ['order', 'internal', 'transaction'], [5, 15]),
  span('s4', 's3', ['order', 'producer', 'create mesh.order.v1'], [6, 6]),
  span('s5', 's4', ['order', 'producer', 'send mesh.order.v1'], [17, 19], {
    'mesh.outbox.wait_ms': 8,
    'mesh.event.type': 'mesh.order.v1.OrderPlaced',
  }),
  span('s6', 's5', ['inventory', 'consumer', 'process mesh.order.v1'], [22, 26], {
    ...log,
    'mesh.event.type': 'mesh.order.v1.OrderPlaced',
    'messaging.consumer.group.name': 'inventory',
  }),
  span('m1', 's5', ['notifications', 'consumer', 'process mesh.notifications'], [23, 29], {
    ...{
      'messaging.system.name': 'rabbitmq',
      'messaging.consumer.group.name': 'notifications.email',
    },
    'mesh.event.type': 'mesh.notifications.v1.EmailRequested',
  }),
  span('s7', 's6', ['gateway', 'producer', 'send order.updated'], [40, 41]),
  span('s8', 's7', ['web', 'internal', 'paint order.updated'], [44, 50], {
    'mesh.order.version': 2,
  }),
];

describe('given spans', () => {
  const [leg] = legsOf(order, placed, new Map([[trace, spans]]));

  it('then each stop is told with what waited and what was done there', () => {
    expect(leg).toMatchObject({ source: 'spans', startedAt: t0, lengthMs: 50 });
    expect(leg?.hops.map(({ where, what, wait, work }) => [where, what, wait, work])).toEqual([
      ['Browser', 'click, until the answer is here', undefined, { from: 0, to: 20 }],
      ['Gateway', 'HTTP POST /v1/orders', undefined, { from: 2, to: 18 }],
      ['Order', 'gRPC PlaceOrder', undefined, { from: 4, to: 16 }],
      ['Outbox', 'of order: OrderPlaced', { from: 9, to: 17 }, { from: 17, to: 19 }],
      ['Kafka', 'mesh.order.v1 → inventory', { from: 19, to: 22 }, undefined],
      ['AMQP', 'mesh.notifications → notifications.email', { from: 19, to: 23 }, undefined],
      ['Inventory', 'takes the goods off the stock', undefined, { from: 22, to: 26 }],
      ['Notifications', 'sends the mail', undefined, { from: 23, to: 29 }],
      ['Browser', 'WebSocket; version 2 shown', { from: 40, to: 44 }, { from: 44, to: 50 }],
    ]);
  });

  it('then what a broker delivered before it confirmed is on its way since it was sent', () => {
    const early = spans.map((one) => (one.spanId === 's6' ? { ...one, start: t0 + 18 } : one));
    const [fast] = legsOf(order, placed, new Map([[trace, early]]));
    expect(fast?.hops.find(({ where }) => where === 'Kafka')?.wait).toEqual({ from: 17, to: 18 });
  });

  it('then what does not lead to the browser is aside', () => {
    expect(leg?.hops.filter(({ aside }) => aside).map(({ where }) => where)).toEqual([
      'AMQP',
      'Notifications',
    ]);
  });

  it('then a hop that failed says why', () => {
    const failing = spans.map((one) =>
      one.spanId === 's6' ? { ...one, status: 'error' as const, statusMessage: 'broken' } : one,
    );
    const [failed] = legsOf(order, placed, new Map([[trace, failing]]));
    expect(failed?.hops.find(({ where }) => where === 'Inventory')?.failed).toBe('broken');
  });
});

const announced = { 'mesh.event.type': 'mesh.notifications.v1.OrderUpdateAnnounced' };
const handOver = span(
  'g1',
  's5',
  ['gateway', 'consumer', 'process announced'],
  [38, 42],
  announced,
);

it('given a connection that was cut, then the page tells when it caught up, and nobody was handed it', () => {
  const missed = spans.filter(({ spanId }) => !['s7', 's8'].includes(spanId));
  const changes = placed.changes.map((change) => ({
    ...{ ...change, seenAt: t0 + 10_000 + change.version },
    caughtUp: true as const,
  }));
  const [leg] = legsOf(order, { ...placed, changes }, new Map([[trace, [...missed, handOver]]]));
  const rows = leg?.hops.map(({ where, what, wait }) => [where, what, wait]).slice(-3);
  expect(rows).toEqual([
    ['Gateway', 'has no connection of yours to hand it to', undefined],
    ['Browser', 'version 1 shown, after the connection was back', { from: 10, to: 10_001 }],
    ['Browser', 'version 2 shown, after the connection was back', { from: 30, to: 10_002 }],
  ]);
  expect(leg?.lengthMs).toBe(10_002);
});

it('given a gateway that reached nobody beside one that did, then its row is aside', () => {
  const [leg] = legsOf(order, placed, new Map([[trace, [...spans, handOver]]]));
  expect(leg?.hops.find(({ id }) => id === 'g1')?.aside).toBe(true);
});

it('given two tabs, then what the other one painted is aside and says so', () => {
  const other = [
    span('t7', 's6', ['gateway', 'producer', 'send order.updated'], [41, 42]),
    span('t8', 't7', ['web', 'internal', 'paint order.updated'], [45, 51], {
      'mesh.order.version': 2,
    }),
  ];
  const changes = placed.changes.map((change) => ({
    ...change,
    traceparent: `00-${trace}-s7-01`,
  }));
  const [leg] = legsOf(order, { ...placed, changes }, new Map([[trace, [...spans, ...other]]]));
  const shown = leg?.hops.filter(({ what }) => what.includes('version 2'));
  expect(shown?.map(({ what, aside }) => [what, aside])).toEqual([
    ['WebSocket; version 2 shown', false],
    ['WebSocket; version 2 shown in another tab', true],
  ]);
});

it('given too little stock, then inventory takes nothing', () => {
  const answer = span('r1', 's6', ['inventory', 'producer', 'send mesh.inventory.v1'], [27, 28], {
    ...{ 'mesh.outbox.wait_ms': 1, 'mesh.event.type': 'mesh.inventory.v1.ReservationRejected' },
  });
  const [leg] = legsOf(order, placed, new Map([[trace, [...spans, answer]]]));
  expect(leg?.hops.find(({ where }) => where === 'Inventory')?.what).toBe(
    'finds too little in stock: takes nothing',
  );
});

it('given waits that began long before, then no effect comes before its cause', () => {
  const early = spans.map((one) => (one.spanId === 's7' ? { ...one, start: t0 + 1 } : one));
  const [leg] = legsOf(order, placed, new Map([[trace, early]]));
  const places = leg?.hops.map(({ id }) => id) ?? [];
  expect(places.indexOf('s8')).toBeGreaterThan(places.indexOf('s6'));
  expect(leg?.hops.find(({ id }) => id === 's8')?.until).toBe('decided');
});

it('given no spans, then the page tells what it knows by itself', () => {
  const [leg] = legsOf(order, placed, new Map());
  expect(leg?.source).toBe('page');
  expect(leg?.hops.map(({ where, wait, work }) => [where, wait ?? work])).toEqual([
    ['Gateway, order', { from: 0, to: 10 }],
    ['Browser', { from: 10, to: 20 }],
    ['Broker, inventory, order', { from: 10, to: 30 }],
    ['Notifications, gateway, browser', { from: 30, to: 50 }],
  ]);
});

it('given an order of another day, then its way begins when it was placed', () => {
  const changes = placed.changes.map(({ seenAt: _live, ...change }) => change);
  const [leg] = legsOf(order, { clicks: [], changes }, new Map());
  expect(leg).toMatchObject({ startedAt: t0 + 10, lengthMs: 20 });
});

it('given a cancelled order, then cancelling is a leg of its own', () => {
  const other = 'c'.repeat(32);
  const story: Story = {
    clicks: placed.clicks,
    changes: [
      ...placed.changes,
      {
        ...{ version: 3, status: 'CANCELLED', occurredAt: at(5_000), seenAt: t0 + 5_020 },
        traceparent: `00-${other}-${'b'.repeat(16)}-01`,
      },
    ],
  };
  const legs = legsOf({ ...order, status: 'CANCELLED', version: 3 }, story, new Map());
  expect(legs.map(({ title, startedAt, lengthMs }) => [title, startedAt - t0, lengthMs])).toEqual([
    ['Placing the order', 0, 50],
    ['Cancelling it', 5_000, 20],
  ]);
  expect(traceIdsOf(story)).toEqual([trace, other]);
});

it('given a stretch, then it is drawn within its leg', () => {
  expect(barOf({ from: 10, to: 20 }, 40)).toEqual({ left: 25, width: 25 });
  expect(barOf({ from: -5, to: 80 }, 40)).toEqual({ left: 0, width: 100 });
});
