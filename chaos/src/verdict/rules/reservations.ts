import {
  ReservationRejected,
  ReservationReleased,
  StockReserved,
} from '@mesh/contracts/catalog/inventory';
import { OrderPlaced } from '@mesh/contracts/catalog/order';
import {
  eventsOf,
  type Evidence,
  type OrderRow,
  type ReservationRow,
  type StoredEvent,
  type Stores,
} from '../evidence.js';
import { disordered, doubled, lost, type Finding } from '../finding.js';
import { sameLines } from '../lines.js';

/**
 * Inventory decided once over each order, told it once, in answer to its placing, and ended where the
 * order ended: what stands is reserved, what was cancelled is given back.
 */
export function judgeReservations({ orders, reservations, outboxes }: Evidence): Finding[] {
  const rowOf = new Map(reservations.map((row) => [row.orderId, row]));
  const toldOf = Map.groupBy(outboxes.inventory, ({ key }) => key);
  const placedOf = new Map(
    eventsOf(OrderPlaced, outboxes.order).map((event) => [event.key, event.id]),
  );
  const known = new Set(orders.map(({ orderId }) => orderId));
  return [
    ...orders.flatMap((order): Finding[] => {
      const row = rowOf.get(order.orderId);
      if (row === undefined)
        return [lost(order.orderId, `is ${order.status}, and inventory never took it up`)];
      const told = toldOf.get(order.orderId) ?? [];
      return [...judgeRow(order, row), ...judgeTold(row, told, placedOf.get(order.orderId))];
    }),
    ...reservations
      .filter(({ orderId }) => !known.has(orderId))
      .map(({ orderId }) => doubled(orderId, 'is reserved for, and there is no such order')),
  ];
}

/** The part of it that holds at every moment: a reservation and what is told of it commit together. */
export function judgeReservationsTold({ reservations, outboxes }: Stores): Finding[] {
  const toldOf = Map.groupBy(outboxes.inventory, ({ key }) => key);
  return reservations.flatMap((row) => judgeCounts(row, toldOf.get(row.orderId) ?? []));
}

function judgeRow(order: OrderRow, row: ReservationRow): Finding[] {
  const { orderId: key, status, reason } = order;
  const late = reason === 'RESERVATION_TIMEOUT';
  const fits = {
    PLACED: ['reserved', 'rejected'],
    CONFIRMED: ['reserved'],
    REJECTED: late ? ['rejected', 'released'] : ['rejected'],
    CANCELLED: ['rejected', 'released'],
  }[status];
  if (!fits.includes(row.status))
    return [lost(key, `is ${status}, and its reservation is ${row.status}`)];
  if (row.status === 'released' && row.lines.length === 0)
    return [disordered(key, 'its end came to inventory before its placing')];
  if (!sameLines(row.lines, order.lines))
    return [lost(key, 'inventory reserved other lines than were ordered')];
  return [];
}

function judgeTold(
  row: ReservationRow,
  told: readonly StoredEvent[],
  placed: string | undefined,
): Finding[] {
  const { orderId: key } = row;
  const answers = told.filter(({ type }) => type !== ReservationReleased.type);
  const foreign = answers.filter(({ causationId }) => causationId !== placed);
  const [first] = told;
  return [
    ...judgeCounts(row, told),
    ...foreign.map(({ type }) => doubled(key, `inventory told ${type} for another cause`)),
    ...(first?.type === ReservationReleased.type
      ? [disordered(key, 'inventory told of its release first')]
      : []),
  ];
}

function judgeCounts(
  { orderId: key, status, lines }: ReservationRow,
  told: readonly StoredEvent[],
): Finding[] {
  const skipped = status === 'released' && lines.length === 0;
  const once = (definition: { readonly type: string }, wanted: boolean): Finding[] => {
    const times = told.filter(({ type }) => type === definition.type).length;
    if (times < Number(wanted)) return [lost(key, `inventory told no ${definition.type}`)];
    if (times > Number(wanted))
      return [doubled(key, `inventory told ${definition.type} ${times} times`)];
    return [];
  };
  return [
    ...once(StockReserved, status !== 'rejected' && !skipped),
    ...once(ReservationRejected, status === 'rejected'),
    ...once(ReservationReleased, status === 'released' && !skipped),
  ];
}
