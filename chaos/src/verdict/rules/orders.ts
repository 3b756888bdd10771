import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog/order';
import type {
  Evidence,
  Stores,
  OrderRow,
  OrderStatus,
  OrderUpdateRow,
  StoredEvent,
} from '../evidence.js';
import { disordered, lost, type Finding } from '../finding.js';
import { judgeSequence } from '../sequence.js';

const next: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PLACED: ['CONFIRMED', 'REJECTED', 'CANCELLED'],
  CONFIRMED: ['CANCELLED'],
  REJECTED: [],
  CANCELLED: [],
};
const statusOf: Readonly<Record<string, OrderStatus>> = {
  [OrderPlaced.type]: 'PLACED',
  [OrderConfirmed.type]: 'CONFIRMED',
  [OrderRejected.type]: 'REJECTED',
  [OrderCancelled.type]: 'CANCELLED',
};

/**
 * Each order is decided; its history has every version once and takes only steps that there are; each step
 * has its event, in the same order; and each customer's feed numbers all of it without gaps.
 */
export function judgeOrders(evidence: Evidence): Finding[] {
  const undecided = evidence.orders.filter(({ status }) => status === 'PLACED');
  return [
    ...judgeOrderHistories(evidence),
    ...undecided.map(({ orderId }) => lost(orderId, 'was never decided')),
  ];
}

/** The part of it that holds at every moment: a change, its history and its event commit together. */
export function judgeOrderHistories({ orders, updates, outboxes }: Stores): Finding[] {
  const historyOf = Map.groupBy(updates, ({ orderId }) => orderId);
  const eventsOfKey = Map.groupBy(outboxes.order, ({ key }) => key);
  const feeds = Map.groupBy(updates, ({ customerId }) => customerId);
  return [
    ...orders.flatMap((order) => [
      ...judgeHistory(order, historyOf.get(order.orderId) ?? []),
      ...judgeEvents(
        order,
        historyOf.get(order.orderId) ?? [],
        eventsOfKey.get(order.orderId) ?? [],
      ),
    ]),
    ...[...feeds].flatMap(([customerId, feed]) =>
      judgeSequence(
        feed.map(({ feedSequence }) => feedSequence).sort((a, b) => a - b),
        { key: customerId, where: 'the feed', what: 'number', last: feed.length },
      ),
    ),
  ];
}

function judgeHistory(order: OrderRow, history: readonly OrderUpdateRow[]): Finding[] {
  const { orderId: key, version: last, status } = order;
  const steps = [...history].sort((a, b) => a.version - b.version);
  const findings = judgeSequence(
    steps.map(({ version }) => version),
    { key, where: 'the history', last },
  );
  if (steps.at(-1)?.status !== status)
    findings.push(lost(key, `is ${status}, its history ends with ${steps.at(-1)?.status}`));
  steps.forEach((step, index) => {
    const before = steps[index - 1];
    const possible = before === undefined ? ['PLACED'] : next[before.status];
    if (!possible.includes(step.status))
      findings.push(disordered(key, `went from ${before?.status ?? 'nothing'} to ${step.status}`));
  });
  return findings;
}

function judgeEvents(
  { orderId: key, version: last }: OrderRow,
  history: readonly OrderUpdateRow[],
  events: readonly StoredEvent[],
): Finding[] {
  const versionOf = ({ data }: StoredEvent) => (data as { readonly version: number }).version;
  const status = new Map(history.map((step) => [step.version, step.status]));
  return [
    ...judgeSequence(events.map(versionOf), { key, where: 'the outbox of order', last }),
    ...events
      .filter((event) => status.get(versionOf(event)) !== statusOf[event.type])
      .map((event) => lost(key, `its version ${versionOf(event)} was told as ${event.type}`)),
  ];
}
