import { StockChanged } from '@mesh/contracts/catalog/inventory';
import {
  eventsOf,
  type CancelCommand,
  type Evidence,
  type Line,
  type PlaceCommand,
  type SetStockCommand,
} from '../evidence.js';
import { doubled, lost, type Finding } from '../finding.js';
import { sameLines } from '../lines.js';

/** A gRPC call that ends as UNAVAILABLE is sent three times at most; a request may be two calls deep. */
const CALLS_A_REQUEST = 9;

/**
 * Every command that was accepted has its effect, none that was refused has one, and no effect is without a
 * command. One whose outcome is unknown may have its effect or not: which of both, the data tells.
 */
export function judgeCommands(evidence: Evidence): Finding[] {
  return [...judgePlaced(evidence), ...judgeCancelled(evidence), ...judgeSet(evidence)];
}

function judgePlaced({ commands, orders, keys }: Evidence): Finding[] {
  const places = commands.filter(({ kind }) => kind === 'place') as PlaceCommand[];
  const nameOf = (customerId: string, key: string) => JSON.stringify([customerId, key]);
  const placedBy = new Map(keys.map((row) => [nameOf(row.customerId, row.key), row.orderId]));
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const explained = new Set<string>();
  const findings = places.flatMap((command): Finding[] => {
    const { outcome, customerId, idempotencyKey, lines } = command;
    const orderId = placedBy.get(nameOf(customerId, idempotencyKey));
    if (orderId !== undefined) explained.add(orderId);
    if (outcome.kind === 'accepted' && orderId !== outcome.orderId)
      return [
        lost(
          outcome.orderId,
          `the key ${idempotencyKey}, accepted, names ${orderId ?? 'no order'}`,
        ),
      ];
    if (orderId === undefined) return [];
    if (outcome.kind === 'refused')
      return [doubled(orderId, `placed by ${idempotencyKey}, refused as ${outcome.code}`)];
    const order = byId.get(orderId);
    if (order === undefined)
      return [lost(orderId, `the key ${idempotencyKey} names it, and there is no such order`)];
    if (order.customerId !== customerId || !sameLines(order.lines, lines))
      return [lost(orderId, `has not the lines that ${idempotencyKey} asked for`)];
    return [];
  });
  const unasked = orders.filter(({ orderId }) => !explained.has(orderId));
  return [
    ...findings,
    ...unasked.map(({ orderId }) => doubled(orderId, 'is an order that no command placed')),
  ];
}

function judgeCancelled({ commands, orders }: Evidence): Finding[] {
  const cancels = commands.filter(({ kind }) => kind === 'cancel') as CancelCommand[];
  const byOrder = Map.groupBy(cancels, ({ orderId }) => orderId);
  return orders.flatMap(({ orderId, status }): Finding[] => {
    const asked = byOrder.get(orderId) ?? [];
    const may = asked.some(({ outcome }) => outcome.kind !== 'refused');
    const must = asked.some(({ outcome }) => outcome.kind === 'accepted');
    if (must && status !== 'CANCELLED')
      return [lost(orderId, `its cancellation was accepted, and it is ${status}`)];
    if (!may && status === 'CANCELLED')
      return [doubled(orderId, 'is cancelled, and no command that may have done so was given')];
    return [];
  });
}

function judgeSet({ commands, outboxes }: Evidence): Finding[] {
  const sets = commands.filter(({ kind }) => kind === 'set-stock') as SetStockCommand[];
  const changes = eventsOf(StockChanged, outboxes.inventory).filter(
    ({ causationId, data }) => causationId === undefined && data.version > 1,
  );
  const nameOf = ({ sku, quantity }: Line) => `${sku} set to ${quantity}`;
  const made = Map.groupBy(changes, ({ data }) =>
    nameOf({ sku: data.sku, quantity: data.available }),
  );
  const asked = new Map(sets.map((command) => [nameOf(command), command]));
  const unasked = [...made].filter(([name]) => asked.get(name) === undefined);
  return [
    ...sets.flatMap((command): Finding[] => {
      const times = made.get(nameOf(command))?.length ?? 0;
      const { outcome, attempts, sku } = command;
      if (outcome.kind === 'accepted' && times === 0)
        return [lost(sku, `${nameOf(command)}, accepted, and never done`)];
      if (outcome.kind === 'refused' && times > 0)
        return [doubled(sku, `${nameOf(command)}, refused as ${outcome.code}, and done`)];
      // Setting is idempotent, so each request and each call beneath it may do it.
      if (times > attempts * CALLS_A_REQUEST)
        return [doubled(sku, `${nameOf(command)} ${times} times by ${attempts} requests`)];
      return [];
    }),
    ...unasked.map(([name, [event]]) => doubled(event?.key ?? '', `${name}, which nobody asked`)),
  ];
}
