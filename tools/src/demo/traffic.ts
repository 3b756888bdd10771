import type { Item, Line, Shopper } from './shopper.js';

/** How often each thing was done. */
export type Counts = Map<string, number>;

type Visitor = Pick<Shopper, 'place' | 'cancel' | 'stock' | 'setStock'>;
/** From 0 to below 1. */
type Chance = () => number;

/** Most of what is in stock at once; below, it is filled up. */
const full = 200;

/** Does one thing, by chance: mostly an order. Adds to the counts what came of it. */
export async function act(visitor: Visitor, counts: Counts, chance: Chance): Promise<void> {
  const items = await visitor.stock();
  if (items.length === 0) return add(counts, 'empty lists of stock');
  const chosen = items[Math.floor(chance() * items.length)]!;
  const kind = chance();
  if (chosen.available === 0 || kind < 0.15) {
    const quantity = Math.ceil(chance() * full);
    const changed = await visitor.setStock(chosen.sku, quantity);
    return add(counts, changed ? 'changes of stock' : 'refused');
  }
  const orderId = await visitor.place(linesOf(chosen, kind < 0.25 ? chosen.available : 0, chance));
  add(counts, orderId === undefined ? 'refused' : 'orders');
  if (orderId !== undefined && chance() < 0.2)
    add(counts, (await visitor.cancel(orderId)) ? 'cancelled' : 'too late to cancel');
}

/** More than there is when all that there is comes on top. */
function linesOf({ sku }: Item, onTop: number, chance: Chance): readonly Line[] {
  return [{ sku, quantity: onTop + Math.ceil(chance() * 3) || 1 }];
}

export function summaryOf(counts: Counts): string {
  const all = [...counts].map(([what, count]) => `${count} ${what}`);
  return all.join(', ') || 'nothing yet';
}

function add(counts: Counts, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
