export interface Line {
  readonly sku: string;
  /** A whole number from 1. */
  readonly quantity: number;
}

/**
 * What became of an order's request for stock. It is decided once an order; only `reserved` can
 * still change, into `released`. A release that comes first leaves `released` too.
 */
export type Reservation =
  | { readonly status: 'reserved' }
  | { readonly status: 'rejected'; readonly shortSkus: readonly string[] }
  | { readonly status: 'released' };

/** One line a SKU, in SKU order, with the quantities of repeated SKUs added up. */
export function mergeLines(lines: readonly Line[]): readonly Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities]
    .map(([sku, quantity]) => ({ sku, quantity }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/**
 * Reserves all lines or none. A SKU that `available` does not know counts as sold out.
 * @param lines as {@link mergeLines} makes them
 */
export function decideReservation(
  lines: readonly Line[],
  available: ReadonlyMap<string, number>,
): Extract<Reservation, { status: 'reserved' | 'rejected' }> {
  const shortSkus = lines
    .filter(({ sku, quantity }) => (available.get(sku) ?? 0) < quantity)
    .map(({ sku }) => sku);
  return shortSkus.length === 0 ? { status: 'reserved' } : { status: 'rejected', shortSkus };
}
