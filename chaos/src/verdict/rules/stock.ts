import { StockChanged } from '@mesh/contracts/catalog/inventory';
import { OrderCancelled, OrderPlaced, OrderRejected } from '@mesh/contracts/catalog/order';
import type { StockChanged as StockChangedData } from '@mesh/contracts/inventory-events';
import { eventsOf, type Evidence, type Line, type StoredEvent, type Stores } from '../evidence.js';
import { doubled, lost, type Finding } from '../finding.js';
import { mergeLines } from '../lines.js';
import { judgeSequence } from '../sequence.js';

type Change = StoredEvent<StockChangedData>;

/**
 * Stock adds up to the unit: the changes of each SKU, from the first to what is on the shelf now, are each
 * what one order took, what one order gave back, or what an operator set; and each order took and gave
 * back once what it has to.
 */
export function judgeStock(evidence: Evidence): Finding[] {
  const { stock, outboxes } = evidence;
  const changes = Map.groupBy(eventsOf(StockChanged, outboxes.inventory), ({ key }) => key);
  const moves = movesOf(evidence);
  return [
    ...judgeStockTold(evidence),
    ...stock.flatMap(({ sku, available }) => {
      const chain = changes.get(sku) ?? [];
      const end = chain.at(-1)?.data.available;
      return [
        ...judgeSteps(sku, chain, moves),
        ...(end === available ? [] : [lost(sku, `${available} are left, ${end} were told last`)]),
      ];
    }),
    ...judgeMoves(evidence, [...changes.values()].flat()),
  ];
}

/** The part of it that holds at every moment: a change of stock and what is told of it commit together. */
export function judgeStockTold({ stock, outboxes }: Stores): Finding[] {
  const changes = Map.groupBy(eventsOf(StockChanged, outboxes.inventory), ({ key }) => key);
  return stock.flatMap(({ sku: key, version: last }) =>
    judgeSequence(
      (changes.get(key) ?? []).map(({ data }) => data.version),
      { key, where: 'the outbox of inventory', last },
    ),
  );
}

interface Move {
  readonly orderId: string;
  readonly sign: 1 | -1;
  readonly lines: readonly Line[];
}

/** By the id of the event that causes it. */
function movesOf({ orders, outboxes }: Evidence): ReadonlyMap<string, Move> {
  const linesOf = new Map(orders.map(({ orderId, lines }) => [orderId, mergeLines(lines)]));
  const signs = new Map([
    [OrderPlaced.type, -1],
    [OrderCancelled.type, 1],
    [OrderRejected.type, 1],
  ] as const);
  return new Map(
    outboxes.order.flatMap(({ id, type, key }) => {
      const sign = signs.get(type);
      return sign === undefined
        ? []
        : [[id, { orderId: key, sign, lines: linesOf.get(key) ?? [] }] as const];
    }),
  );
}

function judgeSteps(
  sku: string,
  chain: readonly Change[],
  moves: ReadonlyMap<string, Move>,
): Finding[] {
  const ordered = [...chain].sort((a, b) => a.data.version - b.data.version);
  return ordered.flatMap(({ causationId, data }, index): Finding[] => {
    const before = ordered[index - 1]?.data;
    // What an operator set, or the beginning: any number. A gap is told of already.
    if (causationId === undefined || before?.version !== data.version - 1) return [];
    const move = moves.get(causationId);
    const quantity = move?.lines.find((line) => line.sku === sku)?.quantity;
    if (move === undefined || quantity === undefined)
      return [doubled(sku, `version ${data.version} answers ${causationId}, which moves none`)];
    const expected = before.available + move.sign * quantity;
    if (data.available === expected) return [];
    const what = `version ${data.version} is ${data.available} where order ${move.orderId} makes it ${expected}`;
    return [data.available < expected ? lost(sku, what) : doubled(sku, what)];
  });
}

/** Each order took and gave back each of its lines as often as its reservation says. */
function judgeMoves(evidence: Evidence, changes: readonly Change[]): Finding[] {
  const moves = movesOf(evidence);
  const times = new Map<string, number>();
  for (const { causationId, key } of changes) {
    const move = causationId === undefined ? undefined : moves.get(causationId);
    if (move === undefined) continue;
    const name = JSON.stringify([move.orderId, move.sign, key]);
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return evidence.reservations.flatMap(({ orderId, status, lines }) => {
    const took = Number(status !== 'rejected');
    const gave = Number(status === 'released');
    return mergeLines(lines).flatMap(({ sku }) =>
      ([[-1, took, 'took'] as const, [1, gave, 'gave back'] as const] as const).flatMap(
        ([sign, wanted, verb]): Finding[] => {
          const count = times.get(JSON.stringify([orderId, sign, sku])) ?? 0;
          if (count === wanted) return [];
          const what = `${verb} ${sku} ${count} times instead of ${wanted}, and is ${status}`;
          return [count < wanted ? lost(orderId, what) : doubled(orderId, what)];
        },
      ),
    );
  });
}
