import type { StockItem } from '../domain/stock-item.js';

const item = (sku: string, name: string, amountMinor: number, available: number) => ({
  sku,
  name,
  price: { amountMinor, currency: 'EUR' },
  available,
});

/** What a development start finds in stock; one item is nearly sold out, so that a rejection can be seen. */
export const seedItems: readonly Omit<StockItem, 'version'>[] = [
  item('COFFEE-1KG', 'Coffee beans, 1 kg', 1_890, 500),
  item('FILTER-100', 'Paper filters, 100 pieces', 450, 800),
  item('GRINDER-01', 'Hand grinder', 7_900, 60),
  item('KETTLE-GN', 'Gooseneck kettle', 5_450, 120),
  item('MUG-BLUE', 'Mug, blue', 1_200, 1_000),
  item('MUG-RED', 'Mug, red', 1_200, 1_000),
  item('POT-GLASS', 'Glass coffee pot', 2_750, 200),
  item('SCALE-ONE', 'Pocket scale, last pieces', 3_300, 3),
];
